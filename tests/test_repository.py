"""The files around the code hold what they say: settings, compose, image, packages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from qms.env import secret_key

ROOT = Path(__file__).resolve().parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def variables_in_code() -> set[str]:
    code = read("qms/settings.py") + read("qms/env.py")
    return set(re.findall(r'(?:text|flag|whole|words|mail|get)\(\s*"([A-Z_]+)"', code))


def test_every_setting_is_explained_and_none_is_invented():
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", read("docs/settings.md"), re.MULTILINE))
    assert variables_in_code() == explained


def test_compose_names_only_variables_that_the_settings_read():
    named = set(
        re.findall(r"^\s+(ENGRAFT_\w+|DATABASE_URL|CELERY_BROKER_URL|STORAGE_URL):", read("docker-compose.yml"), re.M)
    )
    assert named == {"ENGRAFT_PRODUCTION", "ENGRAFT_DATA", "DATABASE_URL", "CELERY_BROKER_URL", "STORAGE_URL"}
    example = set(re.findall(r"^([A-Z_]+)=", read("example.env"), re.MULTILINE)) - {"POSTGRES_PASSWORD"}
    assert example <= variables_in_code()


def test_compose_has_the_five_services():
    services = read("docker-compose.yml").split("services:")[1].split("\nvolumes:")[0]
    assert re.findall(r"^  ([a-z]+):$", services, re.MULTILINE) == ["web", "worker", "beat", "postgres", "redis"]


def test_image_holds_the_libraries_of_the_makefile():
    makefile = set(re.search(r"^DEBIAN := (.+)$", read("Makefile"), re.MULTILINE)[1].split())
    assert makefile - {"chromium-headless-shell", "poppler-utils"} <= set(read("Dockerfile").split())


def test_each_direct_dependency_says_why_and_is_locked_by_hash():
    block = read("pyproject.toml").split("dependencies = [")[1].split("\n]")[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert lines
    lock = read("requirements.lock")
    for line in lines:
        name = re.match(r'\s+"([a-z0-9-]+)', line)[1]
        assert "#" in line, f"{name} has no reason beside it"
        assert re.search(rf"^{name}(\[.*\])?==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE), name


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"ENGRAFT_PRODUCTION": "1"}, "ENGRAFT_SECRET_KEY is not set"),
        ({"ENGRAFT_PRODUCTION": "1", "ENGRAFT_SECRET_KEY": "change-me"}, "too short or still the example"),
        ({"ENGRAFT_PRODUCTION": "1", "ENGRAFT_DEBUG": "1", "ENGRAFT_SECRET_KEY": "x" * 50}, "ENGRAFT_DEBUG"),
        ({"ENGRAFT_SESSION_MINUTES": "soon"}, "Write a whole number"),
        ({"ENGRAFT_PRODUCTION": "maybe"}, "Write 1 for yes"),
        ({"EMAIL_URL": "mail.example.org"}, "smtp://user:password"),
        ({"STORAGE_URL": "ftp://files"}, "STORAGE_URL"),
    ],
)
def test_wrong_settings_are_refused_in_plain_words(tmp_path, environment, sentence):
    environment = {"ENGRAFT_DATA": str(tmp_path), "PATH": "/usr/bin:/bin", **environment}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode != 0
    assert sentence in ran.stderr


def test_a_trial_keeps_a_secret_of_its_own(tmp_path):
    first, second = secret_key(False, tmp_path / "a"), secret_key(False, tmp_path / "b")
    assert first != second
    assert first == secret_key(False, tmp_path / "a")
    assert (tmp_path / "a" / "secret_key").stat().st_mode & 0o077 == 0
