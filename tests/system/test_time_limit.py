"""The time limit for calls into plugins."""

from tests.helpers.plugin_factory import run


def test_a_time_limit_leaves_alarms_as_they_were() -> None:
    done = run(
        "import signal, time\n"
        "from handwriting.system.time_limit import time_limit\n"
        "with time_limit(5): pass\n"
        "print(signal.getitimer(signal.ITIMER_REAL), signal.getsignal(signal.SIGALRM) is signal.SIG_DFL)\n"
        "try:\n"
        "    with time_limit(0.05): time.sleep(5)\n"
        "except TimeoutError as error: print(error)\n"
    )
    assert done.stdout == "(0.0, 0.0) True\nnot done after 0.05 s\n"
