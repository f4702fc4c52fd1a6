"""Work shared out among threads: all of it is done, once, in order, and errors come back."""

import threading
import time

import pytest

from handwriting.system.thread_pool import ThreadPool, thread_pool, usable_processors, use_threads


@pytest.fixture(params=[1, 2, 5])
def some(request):
    team = ThreadPool(request.param)
    yield team
    team.end()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_everything_is_done_once_and_results_keep_their_order(some, count):
    done = []
    assert some.run([lambda i=i: (done.append(i), i * i)[1] for i in range(count)]) == [i * i for i in range(count)]
    assert sorted(done) == list(range(count))


def test_threads_work_at_the_same_time():
    both = threading.Barrier(2)
    assert ThreadPool(2).run([lambda: both.wait(10) >= 0] * 2) == [True, True]


def test_an_error_comes_back_once_all_work_is_done(some):
    done = []

    def slow():
        time.sleep(0.05)
        done.append(True)

    with pytest.raises(ZeroDivisionError):
        some.run([slow, lambda: 1 / 0, slow] if some.size > 1 else [slow, slow, lambda: 1 / 0])
    assert len(done) == 2
    assert some.run([lambda: 1, lambda: 2]) == [1, 2]


def test_work_may_be_shared_out_within_work(some):
    assert some.run([lambda: sum(some.run([lambda: 1, lambda: 2]))] * 6) == [3] * 6


def test_several_threads_may_ask_at_once(some):
    wrong = []

    def ask(start):
        for _ in range(50):
            if some.run([lambda i=i: start + i for i in range(4)]) != [start + i for i in range(4)]:
                wrong.append(start)

    askers = [threading.Thread(target=ask, args=(100 * i,)) for i in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    assert not wrong


def test_the_limit_holds_within_its_block():
    assert thread_pool().size == 1
    with use_threads(3):
        assert thread_pool().size == 3
        with use_threads(2):
            assert thread_pool().size == 2
        assert thread_pool().size == 3
    assert thread_pool().size == 1
    with use_threads(None):
        assert thread_pool().size == usable_processors() >= 1


def test_blas_has_one_thread_in_each_of_ours_and_all_of_them_otherwise():
    from threadpoolctl import threadpool_info

    def blas():
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    with use_threads(2):
        assert blas() == {2}
        assert thread_pool().run([blas, blas]) == [{1}, {1}]
        assert blas() == {2}
