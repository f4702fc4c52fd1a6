"""The plugins under plugins/: installed with pip into a fresh environment, used, uninstalled, and missed."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[1] / "plugins"
DISTRIBUTIONS = sorted(path.parent.name for path in PLUGINS.glob("*/pyproject.toml"))


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

    def install(self, name):
        self.pip("install", "--no-deps", "--no-build-isolation", "--no-index", PLUGINS / name)


@pytest.fixture
def environment(tmp_path, trained):
    return Environment(tmp_path / "venv", trained.data)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_passes_its_own_tests(environment, name):
    environment.install(name)
    environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", PLUGINS / name / "tests")


def test_installed_used_uninstalled_and_missed(environment, tmp_path):
    model = tmp_path / "m.safetensors"
    options = ("--dataset", "strokes", "--hidden", "16", "--epochs", "2", "--activation", "softsign", "-o", model)
    assert "there is no activation 'softsign'" in environment.hwr("train", *options, status=1)

    environment.install("handwriting-softsign")
    listed = json.loads(environment.hwr("plugins", "--format", "json"))
    assert {"kind": "activation", "name": "softsign", "distribution": "handwriting-softsign", "version": "0.1.0",
            "value": "handwriting_softsign:Softsign"} in listed  # fmt: skip
    assert "784 -> 16 softsign -> 10" in environment.hwr("train", *options)
    judged = environment.hwr("evaluate", "-m", model, "--format", "json")

    environment.pip("uninstall", "--yes", "handwriting-softsign")
    missed = environment.hwr("evaluate", "-m", model, status=1)
    assert "pip install handwriting-softsign==0.1.0" in missed
    assert missed.count("\n") == 1

    environment.install("handwriting-softsign")
    assert environment.hwr("evaluate", "-m", model, "--format", "json") == judged
