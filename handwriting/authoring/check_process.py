"""The process in which a part is checked; `handwriting.checking.check` starts it and reads what it reports.

python -m handwriting.checking KIND DISTRIBUTION:NAME SETTINGS FOLDER REPORT
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from handwriting.authoring.checked_part import Subject
from handwriting.authoring.contract import tests
from handwriting.system.thread_pool import use_threads
from handwriting.testing.findings import Test, run


def main(kind: str, name: str, arguments: str, folder: str, report: str) -> None:
    """Run the tests one by one, and report each before it begins and when it is done."""
    subject = Subject(kind, name, arguments, Path(folder))
    with open(report, "w", encoding="utf-8") as file, use_threads(1):
        if _passes(file, "loads", subject.load) and _passes(file, "settings", subject.settle):
            for title, test in tests(subject, Path(report).parent).items():
                _passes(file, title, test)
        _tell(file, {"begins": ""})


def _passes(file: TextIO, title: str, test: Test) -> bool:
    _tell(file, {"begins": title})
    finding = run(title, test)
    _tell(file, asdict(finding))
    return finding.passed


def _tell(file: TextIO, line: dict[str, object]) -> None:
    """Write at once: the next test may be the last."""
    file.write(json.dumps(line) + "\n")
    file.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
