"""New virtual environments for tests that install distributions with pip, as users do."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.helpers.hwr import Hwr

PLUGINS = Path(__file__).parents[2] / "plugins"
PIP = ("-m", "pip", "--disable-pip-version-check")
OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index")


class Environment:
    """A virtual environment in `folder`: with everything that this one has installed, and what is installed into it."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Create it; `data` is the data directory of hwr."""
        venv.create(folder, symlinks=os.name != "nt")
        self.python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        # Without coverage, which writes its data even where a test of a plugin leaves no space on the disk.
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HWR_", "COVERAGE"))}
        self.variables = kept | {"HWR_DATA_DIR": str(data)}
        self.own = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
        self._hwr = Hwr(data)
        Path(self.own, "parent.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")

    def run(self, *arguments: object, status: int = 0) -> str:
        """Run Python and check its exit status; return standard output, or standard error if it is to fail."""
        done = subprocess.run([self.python, *map(str, arguments)], capture_output=True, text=True, env=self.variables)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    def hwr(self, *arguments: object, status: int = 0) -> str:
        """Run hwr with what is installed here; see `run`. A process that has imported hwr finds it by PYTHONPATH."""
        done = self._hwr(*arguments, status=status, environment={"PYTHONPATH": str(self.own)})
        return str(done.stdout if status == 0 else done.stderr)

    def pip(self, *arguments: object) -> None:
        """Run pip in this environment: the one of the parent, which is also installed here."""
        _run_pip(self.python, *arguments)

    def install(self, *distributions: str | Path) -> None:
        """Install folders or wheels, or plugins by the names of their folders."""
        self.pip("install", *OFFLINE, *(PLUGINS / distribution for distribution in distributions))


def build_wheels(folder: Path, *distributions: Path) -> dict[str, Path]:
    """Build the wheels of some folders into `folder`, and return them by the names of those folders."""
    _run_pip(Path(sys.executable), "wheel", *OFFLINE, "-w", folder, *distributions)
    return {path.name: next(folder.glob(f"{path.name.replace('-', '_')}-[0-9]*.whl")) for path in distributions}


def _run_pip(python: Path, *arguments: object) -> None:
    """Run pip, without measuring the coverage of its processes: they run no code of hwr."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    subprocess.run([python, *PIP, *map(str, arguments)], check=True, capture_output=True, env=variables)
