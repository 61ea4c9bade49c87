"""Settings of a benchmark that is answered by real servers: as the product, with production's password hash."""

from benchmarks.settings import *  # noqa: F403
from qms import settings as product

PASSWORD_HASHERS = getattr(product, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
