"""Interruptions behind other exceptions."""

import signal

from handwriting.system.interruption import Interrupted, interruption_behind


def test_an_interruption_is_found_behind_what_it_has_caused() -> None:
    interruption, wrapped, outer = Interrupted(signal.SIGTERM), RuntimeError(), ImportError()
    wrapped.__cause__, outer.__cause__ = interruption, wrapped
    assert [interruption_behind(error) for error in (interruption, wrapped, outer)] == [interruption] * 3


def test_an_exception_that_names_itself_as_its_cause_is_no_interruption() -> None:
    error, other = ValueError(), ValueError()
    error.__cause__ = error
    assert interruption_behind(error) is None
    error.__cause__, other.__cause__ = other, error
    assert interruption_behind(error) is None
