"""Messages for a name that does not exist: the names that resemble it, and all that there are."""

from collections.abc import Iterable


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three of the `known` names that resemble `name`, the closest first."""
    import difflib

    return difflib.get_close_matches(name.lower(), list(known), n=3, cutoff=0.5)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean relu? " with the names that resemble `name`; "" if there are none."""
    close = close_names(name, known)
    return f"did you mean {' or '.join(close)}? " if close else ""


def unknown(kind: str, name: str, known: Iterable[str], label: str = "there are") -> str:
    """Return the message that nothing of this kind is called `name`, with the names that resemble it and all `known`.

    >>> unknown("loss", "msa", ["mse"])
    "there is no loss 'msa'; did you mean mse? there are: mse"
    """
    names = list(known)
    return f"there is no {kind} {name!r}; {did_you_mean(name, names)}{label}: {', '.join(names) or 'none'}"
