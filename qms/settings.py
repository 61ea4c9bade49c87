"""All settings. An empty environment gives a trial: SQLite, files on disk, a worker in the same command.

Every variable is listed, with its meaning, in docs/settings.md; a test holds both together.
"""

from pathlib import Path
from urllib.parse import urlparse

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from qms import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("ENGRAFT_DATA", str(BASE_DIR / "data"))).resolve()

PRODUCTION = env.flag("ENGRAFT_PRODUCTION")
DEBUG = env.flag("ENGRAFT_DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("ENGRAFT_DEBUG shows the inside of the program: never together with ENGRAFT_PRODUCTION.")
SECRET_KEY = env.secret_key(PRODUCTION, DATA_DIR)

SITE_URL = env.text("ENGRAFT_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ENGRAFT_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "simple_history",
    "qms",
    "sops",
    "training",
    "incidents",
    "audits",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qms.ui.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "qms.ui.middleware.upload_limit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qms.people.middleware.session_clock",
    "qms.people.middleware.programme_time_zone",
    "qms.ui.middleware.refusals",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"ui": "qms.ui.templatetags.ui"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "qms.ui.context.shell",
            ],
        },
    },
]

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR}/db.sqlite3"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer takes its place at the start and never fails half way for another's lock.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.whole("ENGRAFT_DB_POOL", 10, least=1)}}
    if env.flag("ENGRAFT_DB_PREPARED", default=True):
        # A statement that a connection has run twice is planned no more: see docs/decisions/0008.
        DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}

AUTH_USER_MODEL = "qms.User"
AUTHENTICATION_BACKENDS = ["qms.people.backend.EmailBackend"]
PASSWORD_HASHERS = ["qms.people.passwords.PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 3600

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = env.whole("ENGRAFT_SESSION_MINUTES", 30, least=2)
SIGNING_IDLE_MINUTES = 15  # 21 CFR 11.200(a)(1): a series of signings is one continuous period
PROOF_SECONDS = 120
LOCK_OUT_FAILURES = 5
LOCK_OUT_MINUTES = 15
INVITATION_DAYS = 7

SECURE_SSL_REDIRECT = PRODUCTION and env.flag("ENGRAFT_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("ENGRAFT_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.text("ENGRAFT_TIME_ZONE", "Europe/London")

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]

STORAGE_URL = env.text("STORAGE_URL", f"file://{DATA_DIR}/files")
if urlparse(STORAGE_URL).scheme != "file":
    raise ImproperlyConfigured(f"STORAGE_URL is {STORAGE_URL!r}. Write file:// and a folder, e.g. file:///srv/engraft.")
STORAGES = {
    "default": {
        "BACKEND": "qms.files.disk.DiskStorage",
        "OPTIONS": {"location": urlparse(STORAGE_URL).path},
    },
    "staticfiles": {"BACKEND": "qms.ui.sheets.OneSheetStorage"},
}
UPLOAD_MAX_BYTES = env.whole("ENGRAFT_UPLOAD_MB", 40, least=1) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SEAL_KEY_FILE = Path(env.text("ENGRAFT_KEY_FILE", str(DATA_DIR / "keys" / "seal.pem")))
ERASURE_LEDGER = Path(env.text("ENGRAFT_ERASURE_LEDGER", str(DATA_DIR / "erasures.jsonl")))

EMAIL_BACKEND, EMAIL_SETTINGS = env.mail("EMAIL_URL", DATA_DIR / "mails")
EMAIL_HOST = EMAIL_SETTINGS["host"]
EMAIL_PORT = EMAIL_SETTINGS["port"]
EMAIL_HOST_USER = EMAIL_SETTINGS["user"]
EMAIL_HOST_PASSWORD = EMAIL_SETTINGS["password"]
EMAIL_USE_TLS = EMAIL_SETTINGS["tls"]
EMAIL_FILE_PATH = EMAIL_SETTINGS["folder"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("ENGRAFT_FROM", "Engraft <engraft@localhost>")

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "")

# The door writes history itself; the library's own signals would write it without an actor.
SIMPLE_HISTORY_ENABLED = False
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pikepdf": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}
