"""Commands of `hwr`, run within this process: a thousand times faster than as processes of their own."""

import json
from pathlib import Path
from typing import Any, NoReturn

from click.testing import CliRunner, Result

from handwriting.cli.main import hwr
from tests.helpers.picture_files import encoded, seven

PICTURE = encoded(seven())


def run(*arguments: object, data: Path) -> str:
    """Run a command with the data directory `data`, and return what it prints; it must succeed."""
    result = invoke(*arguments, data=data)
    assert result.exit_code == 0, f"exit status {result.exit_code}: {result.stderr}"
    return result.stdout


def invoke(*arguments: object, data: Path) -> Result:
    """Run a command; whatever it is given, it must not fail by a mistake in hwr."""
    words = [str(argument) for argument in arguments]
    result = CliRunner(env={"HWR_DATA_DIR": str(data)}).invoke(hwr, words, prog_name="hwr")
    assert "bug in hwr" not in result.stderr, result.stderr
    return result


def strict_json(text: str) -> Any:
    """Return a JSON value; raises `ValueError` for NaN and infinity, which are no JSON."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)
