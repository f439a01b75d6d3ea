"""The web application. `create_app` reads as a table of contents; `app` is for gunicorn and made when it is asked for."""

import hashlib
import logging
import sys
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import web.assets
import web.errors
import web.kept_parts
import web.request_log
import web.security
import web.templating
from lib.metrics import WEB_SERVER
from lib.services import Services, build_services, metrics_of, secret_of
from lib.settings import Misconfigured, Settings, load_settings
from web import blueprints
from web.sign_in import load_program, load_signed_in, protect_forms, refuse_strangers

log = logging.getLogger(__name__)


class SignedCookie(SecureCookieSessionInterface):
    """Signs with SHA-256 in the place of Flask's SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """The planner as a WSGI application, over the services given or those the settings name."""
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None)
    app.extensions["planner"] = services or build_services(settings, metrics_of(settings, WEB_SERVER))
    _configure(app, settings)
    web.security.init_app(app)
    web.request_log.init_app(app)
    CSRFProtect(app)
    _setup_sign_in(app)
    Bootstrap5(app)
    web.templating.init_app(app, settings)
    web.assets.init_app(app, settings)
    web.kept_parts.init_app(app)
    web.errors.init_app(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    is_secure = settings.force_https or settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=secret_of(settings),
        # Under that prefix browsers take it over HTTPS and from this very host only: no other one beside it can set it.
        SESSION_COOKIE_NAME="__Host-planner" if is_secure else "planner",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        # The cookie lives as long as a session can; when it really ends, the server knows. So it is not sent every time.
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        SESSION_REFRESH_EACH_REQUEST=False,
        PREFERRED_URL_SCHEME="https" if settings.force_https else "http",
        MAX_CONTENT_LENGTH=1_000_000,
        WTF_CSRF_CHECK_DEFAULT=False,  # web.sign_in.protect_forms does, once it is known who asks
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a page left open over night still saves
        WTF_CSRF_SSL_STRICT=False,  # SameSite cookies and the token do; the check refuses people behind some proxies
    )
    app.session_interface = SignedCookie()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _setup_sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are the server's: address and browser may change on a phone
    manager.user_loader(load_signed_in)
    manager.request_loader(load_program)
    app.before_request(refuse_strangers)
    app.before_request(protect_forms)


def __getattr__(name: str) -> Any:
    if name == "app":
        try:
            return create_app()
        except Misconfigured as problems:  # such as a secret that cannot be read
            sys.exit(str(problems))
    raise AttributeError(name)
