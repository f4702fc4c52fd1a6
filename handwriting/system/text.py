"""Text from outside, such as the names of files, in a form that can be shown."""


def printable(text: str, keep: str = "") -> str:
    """Return text whose characters can all be seen; the others, but those in `keep`, are written as in JSON and TOML.

    Those are the characters that could control a terminal (\\u001b), reverse the direction of what follows (\\u202e) or
    end the line (\\n), and those of names that are not UTF-8 (\\udcff).
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in keep else _escape(character) for character in text
    )


def cause_of(error: BaseException) -> str:
    """Return the type and the first line of the text of an error, such as "ValueError: too small"."""
    try:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    except BaseException:  # the class may be that of a plugin
        lines = []
    return ": ".join([type(error).__name__, *lines[:1]])


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode().replace("\\x", "\\u00")
