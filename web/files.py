"""Files by a signed link, where no file service serves them: seen or saved by whoever has the link, sent where it says."""

from typing import Any, cast

from flask import Blueprint, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState

from lib.errors import Invalid, NotFound, TooLarge
from lib.file_links import Ended, FileLink, Purpose
from lib.receipts.arriving import MOST
from lib.receipts.kinds import TYPES
from lib.receipts.sweeping import ids_in
from web.context import services
from web.sign_in import public

bp = Blueprint("files", __name__, url_prefix="/files")
FORM = 10_000  # bytes around the file
# Whatever the file is, in place it may neither run nor load nor send anything.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/<token>")
@public
def see(token: str) -> Any:
    """The file that the link leads to."""
    try:
        link = _link(token, "see")
    except Ended as error:
        return _ended(error)
    size = services.files.head(link.key).size
    kind = TYPES.get(link.key.rpartition(".")[2], "application/octet-stream")
    file = services.files.open(link.key)
    answer = send_file(file, kind, as_attachment=not link.inline, download_name=link.name, max_age=None)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.route("/<token>", methods=["PUT", "POST"])
@public
def send(token: str) -> Any:
    """Keep what a browser sends where its link says: the body of a PUT, or the `file` of a form."""
    link = _link(token, "send")
    if request.method == "POST":
        sent = request.files.get("file")
        if sent is None:
            raise Invalid("Send the file in a form's field called “file”.", "file")
        if sent.stream.seek(0, 2) > link.most:
            raise TooLarge
        sent.stream.seek(0)
        services.files.put(link.key, cast(Any, sent.stream))
    else:
        request.max_content_length = link.most
        services.files.put(link.key, cast(Any, request.stream))
    return "", 204


send.largest_body = MOST + FORM  # type: ignore[attr-defined]


def _link(token: str, purpose: Purpose) -> FileLink:
    if services.settings.is_on_aws:
        raise NotFound  # links there lead to the file service itself
    return services.file_links.read(token, purpose)


def _ended(error: Ended) -> Any:
    """A page that leads there again, for whoever may."""
    ids = ids_in(error.key.rpartition("/")[2])
    again = url_for("receipts.show", expense_id=ids[0], receipt_id=ids[1]) if ids else "/"
    page = render_template("auth/old_link.html", message=error.message, href=again, words="Open it again")
    return page, error.status


@bp.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """The link is the proof: no other site knows it, and programs have no form's token."""
    state.app.extensions["csrf"].exempt(send)
