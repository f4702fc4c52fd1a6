"""A fresh virtual environment for tests that install distributions with pip, as users do."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"


class Environment:
    """A virtual environment that sees what this one has installed, and what is installed into it."""

    def __init__(self, folder, data):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        self.variables = {key: value for key, value in os.environ.items() if not key.startswith("HWR_")}
        self.variables["HWR_DATA_DIR"] = str(data)
        own = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        parent = sysconfig.get_path("purelib")
        Path(own, "parent.pth").write_text(f"import site; site.addsitedir({parent!r})\n")

    def run(self, *arguments, status=0):
        done = subprocess.run([self.python, *map(str, arguments)], capture_output=True, text=True, env=self.variables)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    def hwr(self, *arguments, status=0):
        return self.run("-m", "handwriting", *arguments, status=status)

    def pip(self, *arguments):
        pip = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check"]
        subprocess.run([*pip, *map(str, arguments)], check=True, capture_output=True)

    def install(self, *names):
        """Install distributions: names of those under plugins/, or folders."""
        self.pip("install", "--no-deps", "--no-build-isolation", "--no-index", *(PLUGINS / name for name in names))
