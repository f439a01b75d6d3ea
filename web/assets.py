"""Static files: gathered once, named after their contents, compressed, and kept by browsers for a year.

A page asks for `static('css/style.css')` and gets `/static/<version>/css/style.css`. The version is a fingerprint of all
files together: after an upgrade every address is new, until then nothing is asked for twice.
"""

import gzip
import hashlib
import logging
import secrets
import shutil
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from wsgiref.headers import Headers

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from lib.settings import Settings
from web import icons, navigation, stylesheet
from web.security import HSTS

ROOT = Path(__file__).parent.parent
BOOTSTRAP = "static/bootstrap5/css/bootstrap.min.css"
COMPRESSED = (".css", ".js", ".svg")
YEAR = 365 * 24 * 3600
log = logging.getLogger(__name__)


class Assets(NamedTuple):
    folder: Path
    version: str

    def address(self, name: str) -> str:
        """Where the browser finds `name`, such as "css/style.css". Raises KeyError for a file that does not exist."""
        if name not in _contents():
            raise KeyError(f"there is no static file {name}")
        return f"/static/{self.version}/{name}"


def init_app(app: Flask, settings: Settings) -> None:
    """Serve static files ahead of the application, and let templates name them."""
    assets = prepare(settings.data_dir)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(assets.folder),
        prefix=f"static/{assets.version}",
        max_age=None,
        allow_all_origins=False,
        add_headers_function=partial(_describe, app.config["SESSION_COOKIE_SECURE"]),
    )
    app.extensions["assets"] = assets
    app.add_template_global(cache(assets.address), "static")
    icons.init_app(app)
    navigation.init_app(app)


def prepare(data_dir: Path) -> Assets:
    """Write this version's files into `data_dir`, unless they are there. Two processes may do so at once."""
    version = _version()
    folder = data_dir.resolve() / "assets" / version
    if not folder.is_dir():
        draft = folder.with_name(f"{version}.{secrets.token_hex(4)}")
        for name, content in _with_compressed().items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            draft.rename(folder)
        except OSError:  # another process was quicker: its files are the same
            shutil.rmtree(draft)
            if not folder.is_dir():
                raise
    return Assets(folder, version)


def _describe(is_secure: bool, headers: Headers, path: str, url: str) -> None:
    headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"  # opened by itself
    headers["Referrer-Policy"] = "same-origin"
    if is_secure:
        headers["Strict-Transport-Security"] = HSTS


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name, content in _contents().items():
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


@cache
def _contents() -> dict[str, bytes]:
    """What is served, by name. The parts of the stylesheet become one file."""
    found = {
        path.relative_to(ROOT / "static").as_posix(): path.read_bytes()
        for path in sorted((ROOT / "static").rglob("*"))
        if path.is_file() and path.suffix != ".css"
    }
    return found | {"css/style.css": _style().encode()}


def _style() -> str:
    texts = [path.read_text() for path in _pages()]
    own = "\n".join(path.read_text() for path in sorted((ROOT / "static/css").glob("*.css")))
    bootstrap = files("flask_bootstrap").joinpath(BOOTSTRAP).read_text()
    return stylesheet.build(bootstrap, own, stylesheet.words_in(*texts))


def _pages() -> list[Path]:
    """Everything that can name a class."""
    return [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static/js").rglob("*.js"),
        *(ROOT / "web").rglob("*.py"),
    ]


@cache
def _with_compressed() -> dict[str, bytes]:
    everything = dict(_contents())
    for name, content in _contents().items():
        if name.endswith(COMPRESSED):
            everything[f"{name}.gz"] = gzip.compress(content, 9, mtime=0)
            everything[f"{name}.br"] = brotli.compress(content)
    return everything
