"""Settings of the test suite: a folder of its own, a fast password hash, everything else as in a trial."""

import os
import tempfile

os.environ.setdefault("ENGRAFT_DATA", tempfile.mkdtemp(prefix="engraft-tests-"))

from qms.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Nothing is collected. Not the folder of the data: WhiteNoise reads the whole of it for each new client.
STATIC_ROOT = DATA_DIR / "static"  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]  # noqa: F405 - two migrations with one parent are seen
