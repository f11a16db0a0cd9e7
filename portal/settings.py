"""Every setting of the portal, read from the environment once.

Absent variables mean production: no debug, HTTPS only, secure cookies. A development machine gets its database,
broker and secrets from `portal.engines`, which manage.py and the tests call before this module is imported.
"""

import re
from pathlib import Path
from typing import Any

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str) -> str:
    """Return the variable, or refuse to start with a sentence that says what to set."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"Set the environment variable {name} (see docs/how-to/configure.md); "
            "without DATABASE_URL, `python manage.py` starts private engines and sets it for you."
        )
    return value


def changes_of(name: str, kind: type) -> dict[str, Any]:
    """Return the entries of a table that a variable changes by JSON, or refuse to start where it cannot be used."""
    try:
        changes = env.json(name, default={})
        if not isinstance(changes, dict) or not all(type(value) is kind for value in changes.values()):
            raise ValueError("not an object of the right values")
        for value in changes.values():
            re.compile(str(value))
    except (ValueError, re.error) as fault:
        raise ImproperlyConfigured(
            f"{name} cannot be used ({fault}); see docs/how-to/configure.md."
        ) from fault
    return changes


# --- what this process is -----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
CLOCK_MAY_MOVE = env.bool("CLOCK_MAY_MOVE", default=DEMO)
PLAIN_HTTP = env.bool("PLAIN_HTTP", default=DEBUG or DEMO)
SECRET_KEY = required("SECRET_KEY")
FIELD_KEYS = [key for key in required("FIELD_KEYS").split(",") if key]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if PLAIN_HTTP else [])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
REGION_CODE = env.str("REGION_CODE", default="330199")
REGION_NAME = env.str("REGION_NAME", default="示例区")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "axes",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "core",
    "matters",
    "applications",
    "delivery",
    "systems",
    "supervision",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.sessions.SessionGoesOn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.SignInAsPage",
    "core.middleware.RequestLog",
    "core.middleware.RequestId",
    "core.middleware.RefusalsAsPages",
    "core.middleware.NoNullCharacter",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.chrome",
            ],
        },
    }
]

# --- engines ------------------------------------------------------------------------------------------------------
required("DATABASE_URL")
DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("CONN_MAX_AGE", default=600))
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # then the page says so
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="portal:")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX + "cache",
    },
    # What a process may remember for seconds; pages and health checks that use it work while Redis is away.
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "near"},
    # The guides read most, each some 50 KB, under all that they are made of: they never lie, so they need not end.
    "guides": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "guides",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

CELERY_BROKER_URL = env.str("BROKER_URL", default=REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "routing"
CELERY_TASK_TIME_LIMIT = 12
CELERY_DB_REUSE_MAX = 1000
CELERY_TIMEZONE = "Asia/Shanghai"
if CELERY_BROKER_URL.startswith(("redis", "rediss")):
    # A dead worker's task comes back after the visibility timeout plus one restore sweep: seconds, not an hour.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "global_keyprefix": REDIS_PREFIX,
        "visibility_timeout": env.int("TASK_REDELIVERY_SECONDS", default=15),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 10,  # a worker killed in the middle of a restore must not hold all others back
        "priority_steps": [0],
        "socket_timeout": 3,  # how long whoever sends waits for a broker that has fallen silent, two or three times over
        "socket_connect_timeout": 3,
        "retry_policy": {"timeout": 3.0},
    }
else:
    CELERY_TASK_DEFAULT_QUEUE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = (
        "quorum"  # survives the loss of a node
    )
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=5.0)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # who may read /metrics/; nobody while it is empty

# --- who may enter ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "core.auth.ByAnyName"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = env.list("PASSWORD_HASHERS", default=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: five failures lock the name for fifteen minutes (GB/T 22239 8.1.4.1 b)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "core.auth.counted_name"
# axes asks to lock addresses too; behind one address stands a whole hall, so names are locked and addresses are not.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.views.accounts.locked_out"
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 30 * 60  # from the last request (`core.sessions.SessionGoesOn`)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- language, files ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = PLAIN_HTTP
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": env.str("FILE_STORAGE", default="django.core.files.storage.FileSystemStorage")},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_HTTP
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
# A bundle nobody has filed for so many calendar days is reported to those who keep the catalogue.
BUNDLE_UNUSED_DAYS = env.int("BUNDLE_UNUSED_DAYS", default=90)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MIB", default=10) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- what the publish checks hold codes and texts against ---------------------------------------------------------
# The standards disagree (GB/T 39554.1: 31 and 33 characters; GB/T 39046: at most 24), so both tables can be changed by
# JSON of the same shape: an entry replaces the default, an empty pattern or 0 switches it off.
CATALOGUE_CODES: dict[str, str] = {
    "catalog_code": r"[0-9]{12}",
    "task_code": r"[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{12}",
    "handling_item_code": r"[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{14}",
    "local_catalog_code": r"",
    "local_task_code": r"",
    **changes_of("CATALOGUE_CODES", str),
}
CATALOGUE_LENGTHS: dict[str, int] = {
    "name": 200,
    "everyday_name": 200,
    "entrusting_department": 100,
    "handling_organisation": 100,
    "address": 400,
    "result.name": 200,
    "materials.name": 200,
    "materials.issuer": 100,
    "reconsideration.phone": 18,
    "litigation.phone": 18,
    **changes_of("CATALOGUE_LENGTHS", int),
}

# --- API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "portal.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.Cursor",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Schema",
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "最多跑一次 · 一窗通办 API",
    "DESCRIPTION": (
        "一次申报，一次受理，送到每个部门，全部结果一次出件。\n\n"
        "先用 `POST /api/v1/token/` 取得令牌，之后在请求头中附上 `Authorization: Token …`。"
        "列表按游标翻页：照抄返回的 `next`。出错时返回 `application/problem+json`，"
        "`code` 供程序判断，`title` 说明怎么办，`errors` 逐项指出字段。"
    ),
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.schema.with_problems",
    ],
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "ApplicantKind": "core.enums.ApplicantKind",
        "DocumentKind": "core.enums.DocumentKind",
        "BulkKind": "applications.enums.BulkKind",
        "StepKind": "matters.enums.StepKind",
        "ServicePointKind": "matters.enums.ServicePointKind",
        "ApplicationStatus": "applications.enums.ApplicationStatus",
        "VersionStatus": "matters.enums.VersionStatus",
        "CaseStatus": "applications.enums.CaseStatus",
        "TaskStatus": "applications.enums.TaskStatus",
        "CorrectionStatus": "applications.enums.CorrectionStatus",
        "DeliveryStatus": "delivery.enums.DeliveryStatus",
        "ShipmentStatus": "delivery.enums.ShipmentStatus",
        "TaskOutcome": "applications.enums.TaskOutcome",
        "ReviewOutcome": "applications.api.inputs.OUTCOMES",
        "DecisionOutcome": "applications.enums.DecisionOutcome",
        "Channel": "applications.enums.Channel",
        "ApiChannel": "applications.api.inputs.CHANNELS",
        "VisitCause": "applications.enums.VisitCause",
        "EventState": "applications.api.serializers.EVENT_STATES",
        "DeliveryWay": "delivery.enums.DeliveryWay",
        "CardLevel": "supervision.enums.Level",
        "CardStatus": "supervision.enums.CardStatus",
        "MaterialForm": "matters.enums.MaterialForm",
        "LimitUnit": "matters.enums.LimitUnit",
    },
    "TAGS": [
        {"name": name} for name in ("办事指南", "申报", "部门办理", "统一出件", "公众查询", "令牌与消息")
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"docExpansion": "list", "persistAuthorization": False, "filter": True},
}

# --- outside world, by adapter ------------------------------------------------------------------------------------
SMS_ADAPTER = env.str("SMS_ADAPTER", default="core.sms.RecordingSimulator")
COURIER_ADAPTER = env.str("COURIER_ADAPTER", default="delivery.couriers.Simulator")
COURIER_SIMULATOR_HOURS = env.float("COURIER_SIMULATOR_HOURS", default=24.0)
# Departments' own systems: only these hosts (`host`, or `host:port`) are ever sent to.
SYSTEM_HOSTS = env.list("SYSTEM_HOSTS", default=[])
SYSTEM_CA_FILE = env.str("SYSTEM_CA_FILE", default="")

# --- logs ---------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
_renderer = (
    structlog.processors.JSONRenderer(ensure_ascii=False)
    if LOG_FORMAT == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)
_shared = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _renderer,
            ],
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "django.server": {"handlers": ["stderr"], "propagate": False}},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
