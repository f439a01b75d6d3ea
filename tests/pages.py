"""A test client that looks at every page it opens the way a careful reviewer would."""

from collections import Counter
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart


def form_body(fields: dict[str, Any]) -> dict[str, Any]:
    """A form with files, to post: written here, as werkzeug's client forgets to close what it writes large ones to."""
    files = {
        name: FileStorage(value[0], filename=value[1]) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }
    boundary, body = encode_multipart(files)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


class PageClient(FlaskClient):
    def page(self, address: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """Open a page, following redirects, check it as `examine` does, and return it parsed."""
        response = self.get(address, follow_redirects=True, **kwargs)
        return self.look(response, status)

    def post_form(
        self, address: str, data: dict[str, Any] | None = None, *, form_at: str = "", **kwargs: Any
    ) -> TestResponse:
        """Send a form as a browser would: with the CSRF token of the page it stands on."""
        page = BeautifulSoup(self.get(form_at or address).text, "html.parser")
        token = page.find("input", {"name": "csrf_token"})
        assert token is not None, f"no form on {form_at or address}"
        return self.post(address, data={"csrf_token": token["value"], **(data or {})}, **kwargs)

    @staticmethod
    def look(response: TestResponse, status: int = 200) -> BeautifulSoup:
        assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        page = BeautifulSoup(response.text, "html.parser")
        examine(page)
        return page


def examine(page: BeautifulSoup) -> None:
    """One h1 that starts the title; unique ids; a label per control; a CSRF token per posting form; nothing inline."""
    headings = page.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1 on the page"
    heading = " ".join(headings[0].get_text().split())
    title = " ".join(page.title.get_text().split()) if page.title else ""
    assert title.startswith(heading), f"the title {title!r} does not start with the heading {heading!r}"
    doubles = [name for name, n in Counter(tag["id"] for tag in page.find_all(id=True)).items() if n > 1]
    assert not doubles, f"ids used twice: {doubles}"
    labelled = {label.get("for") for label in page.find_all("label")}
    for control in page.find_all(["input", "select", "textarea"]):
        if control.get("type") in {"hidden", "submit"}:
            continue
        named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
        assert named or control.find_parent("label"), f"no label: {control}"
    for form in page.find_all("form"):
        assert form.get("action"), f"a form without an address: {str(form)[:200]}"
        if form.get("method", "get").lower() == "post":
            assert form.find("input", {"name": "csrf_token"}), f"no CSRF token: {str(form)[:200]}"
    for tag in page.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"inline {inline} in {str(tag)[:200]}"
        assert tag.name != "style", "an inline style sheet"
        assert tag.name != "script" or tag.get("src"), "an inline script"
    for link in page.select("a:not(template *)"):  # what a script has yet to fill in is nobody's link
        assert link.get("href"), f"a link without an address: {str(link)[:200]}"
        assert link.get_text(strip=True) or link.get("aria-label"), f"a link without words: {str(link)[:200]}"
