"""Settings of the drill: those of the benchmarks, with mails that leave by SMTP."""

from benchmarks.settings import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
CONN_MAX_AGE = 0
