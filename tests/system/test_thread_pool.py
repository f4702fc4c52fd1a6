"""Thread pools: every action runs once, results keep their order, and errors are raised."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from handwriting.system.thread_pool import ThreadPool, thread_pool, usable_processors, use_threads


@pytest.fixture(params=[1, 2, 5])
def pool(request: pytest.FixtureRequest) -> Iterator[Any]:
    pool = ThreadPool(request.param)
    yield pool
    pool.shutdown()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_every_action_runs_once_and_results_keep_their_order(pool: Any, count: int) -> None:
    done: list[int] = []

    def square(number: int) -> int:
        done.append(number)
        return number * number

    assert pool.run([partial(square, i) for i in range(count)]) == [i * i for i in range(count)]
    assert sorted(done) == list(range(count))


def test_threads_work_at_the_same_time() -> None:
    both = threading.Barrier(2)
    assert ThreadPool(2).run([lambda: both.wait(10) >= 0] * 2) == [True, True]


def test_an_error_is_raised_when_all_actions_are_done(pool: Any) -> None:
    done = []

    def slow() -> None:
        time.sleep(0.05)
        done.append(True)

    with pytest.raises(ZeroDivisionError):
        pool.run([slow, lambda: 1 / 0, slow] if pool.size > 1 else [slow, slow, lambda: 1 / 0])
    assert len(done) == 2
    assert pool.run([lambda: 1, lambda: 2]) == [1, 2]


def test_an_action_may_use_the_pool_itself(pool: Any) -> None:
    assert pool.run([lambda: sum(pool.run([lambda: 1, lambda: 2]))] * 6) == [3] * 6


def test_several_threads_may_use_a_pool_at_once(pool: Any) -> None:
    wrong = []

    def use(start: Any) -> None:
        for _ in range(50):
            if pool.run([lambda i=i: start + i for i in range(4)]) != [start + i for i in range(4)]:
                wrong.append(start)

    users = [threading.Thread(target=use, args=(100 * i,)) for i in range(4)]
    for user in users:
        user.start()
    for user in users:
        user.join(30)
    assert not wrong


def test_the_number_of_threads_holds_within_its_block() -> None:
    assert thread_pool().size == 1
    with use_threads(3):
        assert thread_pool().size == 3
        with use_threads(2):
            assert thread_pool().size == 2
        assert thread_pool().size == 3
    assert thread_pool().size == 1
    with use_threads(None):
        assert thread_pool().size == usable_processors() >= 1


def test_blas_has_one_thread_in_each_worker_and_in_the_calling_thread() -> None:
    from threadpoolctl import threadpool_info

    def blas() -> Any:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    with use_threads(2):
        assert blas() == {1}
        assert thread_pool().run([blas, blas]) == [{1}, {1}]
