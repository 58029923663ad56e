"""One settings file. Values come from the environment, defaults are safe and run on SQLite."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext

django_stubs_ext.monkeypatch()

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("CHISO_DATA", "var")).resolve()
DEBUG = os.environ.get("CHISO_DEBUG", "") == "1"
HTTPS = os.environ.get("CHISO_HTTPS", "") == "1"
BEHIND_PROXY = os.environ.get("CHISO_BEHIND_PROXY", "") == "1"


def _secret_key() -> str:
    """Take the key from the environment, or keep one of our own in the data folder, readable by us only."""
    if key := os.environ.get("CHISO_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # Atomic: when two processes start at once, the first key stays.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _database() -> dict[str, Any]:
    """Read CHISO_DATABASE_URL (`postgresql://user:password@host:port/name`); without it, SQLite in the data folder."""
    url = os.environ.get("CHISO_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "chiso.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
            },
            # A file, not memory: parallel saves of the tests need real locks (design.md §6).
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("CHISO_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("CHISO_ORIGINS", "").split()
DATABASES = {"default": _database() | {"CONN_MAX_AGE": None}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "chiso.common",
    "chiso.background",
    "chiso.audit",
    "chiso.organizations",
    "chiso.evidence",
    "chiso.notices",
    "chiso.indexsets",
    "chiso.rounds",
    "chiso.assessments",
    "chiso.results",
    "chiso.tracking",
    "chiso.documents",
    "chiso.portal",
    "chiso.home",
    "chiso.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

if find_spec("django_linear_migrations"):  # A tool of the checks; an installation from base.txt goes without.
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chiso.common.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chiso.organizations.clock.ClockMiddleware",
    "chiso.tracking.clock_middleware.StageClockMiddleware",
    "chiso.audit.origin.OriginMiddleware",
]

ROOT_URLCONF = "chiso.config.urls"
WSGI_APPLICATION = "chiso.config.wsgi.application"
_TEMPLATE_FILES = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("chiso.common.templating.Loader", _TEMPLATE_FILES)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chiso.home.navigation.frame",
            ],
        },
    },
]

# Sign-in
AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = ["chiso.organizations.sign_in.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "chiso.organizations.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # Accounts are opened by the administrator, not by sign-up.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "chiso"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Language and time: Vietnamese is the source language and the default; English is a choice, never a guess.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "chiso.common.formats"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
EVIDENCE_MAX_BYTES = int(os.environ.get("CHISO_EVIDENCE_MAX_BYTES", str(250 * 1024 * 1024)))
EVIDENCE_UNFINISHED_MAX = int(os.environ.get("CHISO_EVIDENCE_UNFINISHED_MAX", "20"))  # for each person
# Certificates (*.pem, *.crt) that digital signatures are trusted by.
EVIDENCE_TRUST_DIR = Path(os.environ.get("CHISO_EVIDENCE_TRUST", str(DATA_DIR / "trust")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Background work
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# How long things are kept, in days; 0: for ever (docs/messages.md).
KEEP_NOTICES_DAYS = int(os.environ.get("CHISO_KEEP_NOTICES_DAYS", "400"))
KEEP_DELIVERIES_DAYS = int(os.environ.get("CHISO_KEEP_DELIVERIES_DAYS", "400"))
KEEP_TASKS_DAYS = int(os.environ.get("CHISO_KEEP_TASKS_DAYS", "30"))

STAGE_CLOCK_IN_REQUESTS = True  # The next request does what the worker should have done, if that was down.

# Messages that leave the product: mail, and one webhook (docs/messages.md). Without a server there is no mailing.
NOTICES_BY_MAIL = bool(os.environ.get("CHISO_SMTP_HOST") or os.environ.get("CHISO_EMAIL_BACKEND"))
EMAIL_BACKEND = os.environ.get("CHISO_EMAIL_BACKEND") or (
    f"django.core.mail.backends.{'smtp' if os.environ.get('CHISO_SMTP_HOST') else 'console'}.EmailBackend"
)
EMAIL_HOST = os.environ.get("CHISO_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CHISO_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CHISO_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CHISO_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("CHISO_SMTP_TLS", "") == "1"
EMAIL_USE_SSL = os.environ.get("CHISO_SMTP_SSL", "") == "1"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("CHISO_EMAIL_FROM", "chiso@localhost")
PUBLIC_URL = os.environ.get("CHISO_PUBLIC_URL", "http://localhost:8000").rstrip("/")
QUIET_HOURS = os.environ.get("CHISO_QUIET_HOURS", "21:00-06:30")
WEBHOOK_URL = os.environ.get("CHISO_WEBHOOK_URL", "")
WEBHOOK_SECRET = os.environ.get("CHISO_WEBHOOK_SECRET", "")

# Safety
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "frame-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "chiso.organizations.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS and BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
