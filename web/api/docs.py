"""The description of the API, for programs at /openapi.json and for people at /docs."""

import gzip
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, render_template, request

from web.api.description import document
from web.sign_in import public

PACKAGE = "flask_openapi3_swagger"  # only for Swagger UI's own files; its code is never imported
FILES = {
    "swagger-ui.css": ("css/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("js/swagger-ui-bundle.js", "text/javascript"),
}
bp = Blueprint("docs", __name__)


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """The API as OpenAPI 3.1 describes it."""
    return jsonify(document())


@bp.get("/docs")
@public
def index() -> str:
    """The description to read and to try out."""
    return render_template("api/docs.html", version=version(PACKAGE), paths=document()["paths"])


@bp.get("/docs/<name>")
@public
def file(name: str) -> Response:
    """Swagger UI's script and stylesheet. Their address carries the version, so browsers keep them."""
    if name not in FILES:
        abort(404)
    response = Response(mimetype=FILES[name][1])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    packed = request.accept_encodings["gzip"] > 0
    response.data = _packed(name) if packed else _path(name).read_bytes()
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_path(name).read_bytes(), mtime=0)


@cache
def _path(name: str) -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(PACKAGE)
    return Path(found.submodule_search_locations[0]) / "templates" / "swagger" / FILES[name][0]
