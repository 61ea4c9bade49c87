"""Reads settings from the environment and says in plain words what is wrong with them."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; refuses anything that is neither."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "no", "false", "off"}:
        return default if value == "" else False
    if value in {"1", "yes", "true", "on"}:
        return True
    raise ImproperlyConfigured(f"{name} is {value!r}. Write 1 for yes or 0 for no.")


def whole(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number; refuses text and numbers below `least`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number of at least {least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return a list written with commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret_key(production: bool, data: Path) -> str:
    """Return the secret; production demands a real one, a trial makes its own once and keeps it in `data`."""
    given = os.environ.get("ENGRAFT_SECRET_KEY", "")
    if given:
        if production and (len(given) < 40 or "change" in given.lower()):
            raise ImproperlyConfigured(
                "ENGRAFT_SECRET_KEY is too short or still the example. Make one with: "
                'python -c "import secrets; print(secrets.token_urlsafe(50))"'
            )
        return given
    if production:
        raise ImproperlyConfigured(
            "ENGRAFT_SECRET_KEY is not set. Production needs a secret of its own; make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    kept = data / "secret_key"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        # O_EXCL: two processes starting together must end with one key.
        try:
            handle = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(50))
    return kept.read_text().strip()


def text(name: str, default: str) -> str:
    """Return a text variable; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def mail(name: str, folder: Path) -> tuple[str, dict[str, Any]]:
    """Return (backend, settings) for a mail address like smtp://user:password@host:587?tls=1.

    Without one, mails are written into `folder`, so that a trial can be read and nothing leaves the machine.
    """
    value = os.environ.get(name, "").strip()
    settings: dict[str, Any] = {
        "host": "", "port": 25, "user": "", "password": "", "tls": False, "folder": str(folder),
    }  # fmt: skip
    if not value:
        return "django.core.mail.backends.filebased.EmailBackend", settings
    url = urlparse(value)
    if url.scheme != "smtp" or not url.hostname:
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Write smtp://user:password@host:port, with ?tls=1 for STARTTLS."
        )
    settings.update(
        host=url.hostname, port=url.port or 25, user=unquote(url.username or ""), password=unquote(url.password or ""),
        tls="tls=1" in url.query,
    )  # fmt: skip
    return "django.core.mail.backends.smtp.EmailBackend", settings
