"""Django's settings, made from the environment (see ``environment``)."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from credenza.service.databases import cache, database
from credenza.service.environment import Mode, read
from credenza.service.mail_settings import mail
from credenza.service.oidc_settings import for_allauth, form_targets, providers
from credenza.service.operations.log_lines import log_settings

HERE = Path(__file__).parent
CREDENZA = read(os.environ)
_PRODUCTION = CREDENZA.mode is Mode.PRODUCTION
_PROVIDERS = providers(CREDENZA.oidc, production=_PRODUCTION)
CREDENZA.data_dir.mkdir(parents=True, exist_ok=True)

SECRET_KEY = CREDENZA.secret_key
DEBUG = False
ALLOWED_HOSTS = list(CREDENZA.allowed_hosts)
SITE_URL = CREDENZA.site_url

INSTALLED_APPS = [
    "credenza.service.accounts",
    "credenza.service.catalogue",
    "credenza.service.issuance",
    "credenza.service.wallet",
    "credenza.service.verification",
    "credenza.service.recognition",
    "credenza.service.pathways",
    "credenza.service.exchange",
    "credenza.service.api",
    "credenza.service.operations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "credenza.service.accounts.oidc",
    "csp",
]

MIDDLEWARE = [
    "credenza.service.operations.health.Watching",
    "credenza.service.operations.metrics.RequestLog",
    "credenza.service.accounts.security_events.SecurityEvents",
    "credenza.service.request_values.NotTooLarge",
    "credenza.service.issuance.published.PublishedDocuments",
    "django.middleware.security.SecurityMiddleware",
    "credenza.service.programs.Programs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "credenza.service.request_values.NoNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "credenza.service.accounts.sessions.Sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "credenza.service.operations.views.WrongMethod",
]

ROOT_URLCONF = "credenza.service.urls"
WSGI_APPLICATION = "credenza.service.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "credenza.service.site_context.site",
            ],
            "builtins": [
                "credenza.service.accounts.templatetags.interface",
                "credenza.service.accounts.templatetags.charts",
                "credenza.service.accounts.templatetags.frame",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "jinja2"],
        "OPTIONS": {"environment": "credenza.service.drawing.environment"},
    },
]

FORM_RENDERER = "credenza.service.form_rendering.Renderer"

DATABASES = {"default": database(CREDENZA.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": cache(DATABASES["default"]),
    "template_fragments": {  # parts of pages that say the same to everybody who reads a language; nothing of anybody
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# People: accounts, sessions, passwords
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "credenza.service.accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that made the account, which goes on where it was
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before addresses, passwords and connected accounts are changed
ALLAUTH_TRUSTED_PROXY_COUNT = CREDENZA.trusted_proxies
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _PRODUCTION else "http"
ACCOUNT_ADAPTER = "credenza.service.accounts.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "credenza.service.accounts.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = for_allauth(_PROVIDERS)
MFA_ADAPTER = "credenza.service.accounts.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _PRODUCTION
SESSION_COOKIE_AGE = 12 * 60 * 60  # from signing in, and less without a sign of life (``accounts.sessions``)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _PRODUCTION
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = _PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if _PRODUCTION:  # no other host, and no page without TLS, can set these
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"

# Transport and content
SECURE_SSL_REDIRECT = _PRODUCTION
PROGRAM_PATHS = ("/api/v1/", "/vc/", "/credentials/", "/presentations/", "/identifiers/")
SECURE_REDIRECT_EXEMPT = [
    f"^{path[1:]}" for path in PROGRAM_PATHS
]  # refused, so that no key is sent in the clear twice
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _PRODUCTION
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # a preload list binds a whole domain: for its owner to decide
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CREDENZA.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF, *form_targets(_PROVIDERS)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Languages: every text of the interface goes through gettext
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
# The first of these that knows a text speaks.
LOCALE_PATHS = [HERE / "locale", *sorted(HERE.glob("core_sentences/*")), HERE / "sign_in_words"]
FORMAT_MODULE_PATH = ["credenza.service.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = CREDENZA.data_dir / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _PRODUCTION

DEFAULT_FROM_EMAIL = SERVER_EMAIL = CREDENZA.mail_from
globals().update(mail(CREDENZA.mail_url))

LOGGING = log_settings(CREDENZA.log_level)
