"""Settings of the benchmarks: a folder of their own, a fast password hash (its real cost is a constant, not ours)."""

import os
import tempfile

os.environ.setdefault("ENGRAFT_DATA", tempfile.mkdtemp(prefix="engraft-bench-"))

from qms.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
ROOT_URLCONF = "benchmarks.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
