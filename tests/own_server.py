"""A server of a test's own: real processes on a SQLite file that was migrated once in the run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import migrated_file

HERE = Path(__file__).resolve().parents[1]
Environment = dict[str, str]


def environment_of(data: Path) -> Environment:
    """Return the environment of a process that keeps everything in `data`."""
    return {**os.environ, "ENGRAFT_DATA": str(data), "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}


def run(environment: Environment, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; commands begin with `python` or `gunicorn` of this environment."""
    program = str(Path(sys.executable).with_name(command[0]))
    return subprocess.run(
        [program, *command[1:]], env=environment, cwd=HERE, capture_output=True, text=True, timeout=120, check=False
    )


def manage(environment: Environment, *arguments: str) -> str:
    """Run a management command that has to succeed, and return what it printed."""
    done = run(environment, "python", "manage.py", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all tables and nothing else."""
    data = tmp_path_factory.mktemp("migrated")
    shutil.copy(migrated_file(), data / "db.sqlite3")
    return data


@pytest.fixture
def own_server(migrated: Path, tmp_path: Path) -> Environment:
    """The environment of a server with a migrated, empty database."""
    return environment_of(Path(shutil.copytree(migrated, tmp_path / "data")))
