"""All settings of duty_desk, in one file; values that differ between machines come from the environment.

DATABASE_URL is the application's role. DATABASE_OWNER_URL, where it is present, is what this process
connects with instead: only migrate, sample data, archive and purge get it (docs/architecture.md).
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from bootstrap_wrapper import get_bootstrap_dir
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
if not os.access(BASE_DIR, os.W_OK):
    # What the drafting engine compiles lies beside its code; where nothing can be written there, with the other files.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR_DIR / "compiled"))

MODE = os.environ.get("DUTY_DESK_MODE", "development")
if MODE not in {"development", "production", "test"}:
    raise ImproperlyConfigured("DUTY_DESK_MODE is development, production or test.")
DEBUG = False

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if MODE == "production":
        raise ImproperlyConfigured("SECRET_KEY must be set in production mode.")
    SECRET_KEY = "only-for-development-" + "0" * 40

ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
if MODE != "production":
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", "testserver", os.environ.get("HOST", "127.0.0.1")]
# How many proxies of one's own stand before the web server: so many steps back X-Forwarded-For is believed.
PROXIES_IN_FRONT = int(os.environ.get("PROXIES_IN_FRONT", "0"))
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "duty_desk.admin_site.DutyDeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "simple_history",
    "django_htmx",
    "desks",
    "notices",
    "logbook",
    "office",
    "rosters",
    "escalations",
    "registers",
    "rounds",
    "handover",
    "inspections",
    "duty_desk",
]
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if "." in app or app in {"crispy_forms", "crispy_bootstrap5", "simple_history", "django_htmx"} or (BASE_DIR / app / "apps.py").exists()
]

MIDDLEWARE = [
    "desks.whence.AddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desks.seats.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "duty_desk.middleware.HtmxMiddleware",
    "duty_desk.middleware.ContentSecurityPolicyMiddleware",
    "duty_desk.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "duty_desk.urls"
WSGI_APPLICATION = "duty_desk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "duty_desk.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")


def _database(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// address; the query string holds libpq's options."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://: no other database is supported.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "duty_desk.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": parts.port or "",
        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "600")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"application_name": os.environ.get("DUTY_DESK_PART", "duty_desk")},
    }


_DEFAULT_URL = "postgresql://duty_app@127.0.0.1:5432/duty_desk"
DATABASES = {"default": _database(os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or _DEFAULT_URL)}
CONNECTED_AS_OWNER = bool(os.environ.get("DATABASE_OWNER_URL"))
# The role that web, worker and beat log in with: migrations grant to it by table class.
APP_ROLE = os.environ.get("DATABASE_APP_ROLE") or urlsplit(os.environ.get("DATABASE_URL") or _DEFAULT_URL).username

if MODE == "test":
    TEST_LOGINS = {"app": os.environ.get("DATABASE_URL", _DEFAULT_URL)}

# The private key that signs checkpoints of the record: outside the database and outside its backups (docs/record.md).
SIGNING_KEY_FILE = Path(os.environ.get("SIGNING_KEY_FILE", VAR_DIR / "signing-key.pem"))

# Attached photos: outside the database, by their digests (docs/record.md). A backup takes the database first, then these.
FILES_DIR = Path(os.environ.get("FILES_DIR", VAR_DIR / "files"))
FILES_DIR_IS_SET = "FILES_DIR" in os.environ
FILE_MOST_BYTES = 25 * 1024 * 1024
FILE_MOST_PIXELS = 50_000_000
FILE_LONGEST_SIDE = 2048
FILES_MOST_IN_ENTRY = 12
# So many files of one form are taken in; an entry takes fewer and says so.
FILES_MOST_AT_ONCE = 40
FILES_MOST_IN_A_DAY = 400
# An uploaded photo that no entry has taken goes after so many hours.
FILES_WAIT_HOURS = 24

# Lists that are made in the background: where their files lie until they are removed, and from how many rows on.
EXPORTS_DIR = Path(os.environ.get("EXPORTS_DIR", VAR_DIR / "exports"))
EXPORTS_KEPT_HOURS = float(os.environ.get("EXPORTS_KEPT_HOURS", "24"))
LONG_LIST = {"csv": 20_000, "xlsx": 20_000, "pdf": 2_000}

# Mail, to the witnesses of checkpoints alone (docs/record.md). Without a server, development writes it to files; production sends none and says so.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "0") == "1"
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0" if EMAIL_USE_SSL else "1") == "1"
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "465" if EMAIL_USE_SSL else "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
# Seconds for each step of talking to the server.
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "duty-desk@localhost")
EMAIL_FROM_IS_SET = "EMAIL_FROM" in os.environ
MAIL_GOES = "server" if EMAIL_HOST else "nowhere" if MODE == "production" else "file"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"

# Where archive_log writes expired months, and purge_log reads them back: keep copies of it elsewhere.
ARCHIVE_DIR = Path(os.environ.get("ARCHIVE_DIR", VAR_DIR / "archives"))

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "desks.Person"
AUTHENTICATION_BACKENDS = ["desks.sign_in.PeopleBackend"]
LOGIN_URL = "desks:sign_in"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SESSION_ENGINE = "desks.sessions"
MESSAGE_STORAGE = "duty_desk.messages.MessagesWhenAsked"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 3
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "duty_desk.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if MODE == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("SSL_REDIRECT", "1") == "1"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LANGUAGE_CODE = os.environ.get("LANGUAGE_CODE", "en").lower()
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured("LANGUAGE_CODE is en, zh-hans or zh-hant.")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["duty_desk.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir())]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if MODE == "production"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = MODE != "production"
# Files are looked up when asked for; else each client of a test would list them all first.
WHITENOISE_AUTOREFRESH = MODE == "test"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A form with too many or too large files arrives without them, so that what was typed is not lost.
DATA_UPLOAD_MAX_NUMBER_FILES = 5000
FILE_UPLOAD_HANDLERS = [
    "logbook.files.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_TASK_TIME_LIMIT = 240
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# The beat only fires; each task asks the database what is due, so one short interval serves all.
CLOCK_SECONDS = float(os.environ.get("CLOCK_SECONDS", "30"))
CELERY_BEAT_SCHEDULE = {
    "the-clock": {"task": "duty_desk.tick", "schedule": CLOCK_SECONDS, "options": {"expires": max(60.0, 2 * CLOCK_SECONDS)}}
}
# From this age in seconds the beat and the worker count as away (/health/ready/).
HEARTBEAT_MAX_AGE = max(120.0, 4 * CLOCK_SECONDS)

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = False

SILENCED_SYSTEM_CHECKS: list[str] = []
LANGUAGE_NAMES = {"en": _("English"), "zh-hans": _("Simplified Chinese"), "zh-hant": _("Traditional Chinese")}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
