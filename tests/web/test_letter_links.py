"""Where the links in letters lead."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask import Flask

from tests.unit.alert_samples import letters


def test_every_link_in_a_letter_leads_to_a_page(app: Flask) -> None:
    pages = app.url_map.bind("budget.example", url_scheme="https")
    links = {a["href"] for mail in letters().values() for a in BeautifulSoup(mail.html, "html.parser")("a")}
    found = {link: pages.match(urlsplit(str(link)).path or "/", "GET")[0] for link in links}
    assert {"notifications.unsubscribe", "notifications.received", "settings.notifications"} <= set(
        found.values()
    )


def test_one_click_is_taken(app: Flask) -> None:
    pages = app.url_map.bind("budget.example", url_scheme="https")
    links = {dict(mail.headers).get("List-Unsubscribe", "").strip("<>") for mail in letters().values()} - {""}
    assert {pages.match(urlsplit(link).path, "POST")[0] for link in links} == {"notifications.unsubscribe"}
