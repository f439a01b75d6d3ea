"""Notifications as letters: they read well as text and as HTML, and nothing that others wrote becomes more than words."""

import re
import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from aws_config import packages
from lib.alerting import kinds
from lib.alerting.letters import letter
from lib.alerting.preferences import Preferences
from lib.composing import compose
from lib.letters.plain import WIDTH, columns, one_line
from lib.records import Email
from tests.unit.alert_samples import (
    ADDRESS,
    ANNA,
    HOSTILE,
    KEY,
    PREFERENCES,
    RECEIVED,
    budget,
    every_kind,
    letters,
    notification,
)

LETTERS = letters()
ROOT = Path(__file__).parents[2]
OURS = re.compile(rf"^{re.escape(ADDRESS)}(/|$)")


@pytest.fixture(params=LETTERS, ids=str)
def mail(request: pytest.FixtureRequest) -> Email:
    return LETTERS[request.param]


def page(mail: Email) -> BeautifulSoup:
    return BeautifulSoup(mail.html, "html.parser")


def written(kind: kinds.Kind, **data: object) -> Email:
    return letter(ANNA, PREFERENCES, notification(ANNA, kind, "Something", **data), ADDRESS)


def sent(mail: Email) -> EmailMessage:
    """As it arrives."""
    return message_from_bytes(compose(mail, "planner@budget.example").as_bytes(policy=SMTP), policy=default)


def test_there_is_a_letter_of_every_kind():
    assert {each.kind for each in every_kind(ANNA).values()} == kinds.ALL.keys()


# As text


def test_lines_are_narrow_unless_they_are_an_address(mail):
    for line in mail.text.splitlines():
        assert columns(line) <= WIDTH or line.strip().startswith(f"{ADDRESS}/"), line


def test_an_address_stands_on_a_line_of_its_own(mail):
    for line in mail.text.splitlines():
        assert "://" not in line or OURS.match(line.strip()), line


def test_figures_stand_below_each_other():
    text = LETTERS["monthly-us"].text
    ends = {len(line) for line in text.splitlines() if re.match(r"  \w.*\$[\d,.]+$", line)}
    assert len(ends) == 1
    assert "  Left                $165.80\n  Spent             $1,834.20\n" in text


def test_it_says_what_the_notification_says(mail):
    for text in (mail.text, page(mail).get_text(" ")):
        assert "Smart Budget Planner" in text
        assert "  \n" not in mail.text.replace("-- \n", "")


def test_text_and_html_say_the_same(mail):
    """Every word of the HTML's body is in the text, the planner's short address and the kind's name apart."""
    body = page(mail).find("div", role="article")
    assert body is not None
    if not mail.text.startswith(body.find(class_="card").find(["p", "h1"]).get_text()):
        body.find(class_="card").find(["p", "h1"]).decompose()
    words = set(re.sub(r"[✓▲!:]", " ", body.get_text(" ")).split()) - {"budget.example"}
    text = "".join(mail.text.split())
    assert [word for word in words if word not in text] == []


# As HTML


def test_it_asks_nobody_for_anything(mail):
    soup = page(mail)
    assert soup.find_all(["script", "img", "link", "iframe", "form", "object", "embed", "svg", "base"]) == []
    assert "url(" not in mail.html
    assert "@import" not in mail.html
    assert [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")] == []


def test_its_links_lead_to_the_planner(mail):
    links = [a["href"] for a in page(mail).find_all("a")]
    assert links
    assert [link for link in links if not OURS.match(link)] == []


def test_it_has_a_heading_a_language_and_a_direction(mail):
    soup = page(mail)
    assert (soup.html["lang"], soup.html["dir"]) == ("en", "ltr")
    assert len(soup.find_all("h1")) == 1
    assert soup.h1.get_text() == soup.title.get_text()


def test_it_knows_the_dark(mail):
    assert "prefers-color-scheme: dark" in mail.html
    assert page(mail).find("meta", {"name": "color-scheme"})["content"] == "light dark"


def test_no_state_is_told_by_colour_alone():
    for percent, state, sign in ((82, "near", "!"), (112, "over", "▲"), (50, "fine", "✓")):
        mail = letter(ANNA, PREFERENCES, budget(ANNA, kinds.THRESHOLD, "S", percent, state=state), ADDRESS)
        assert page(mail).find(class_=f"fill-{state}").get_text() == sign
        assert f"{percent}\xa0% used" in mail.html
        assert f"{percent}\xa0% used" in mail.text


@pytest.mark.parametrize("percent", [-5, 0, 1, 50, 99, 100, 101, 250, 100_000])
def test_a_bar_is_as_full_as_its_budget(percent):
    mail = letter(ANNA, PREFERENCES, budget(ANNA, kinds.THRESHOLD, "S", percent), ADDRESS)
    bar = re.search(r"\[(#*)(\.*)\]", mail.text)
    assert bar is not None
    assert len(bar[1] + bar[2]) == 24
    assert len(bar[1]) == min(24, max(0, percent * 24 // 100))
    widths = [int(td["width"].rstrip("%")) for td in page(mail).find_all("td", width=re.compile("%$"))]
    assert all(0 < width <= 100 for width in widths)
    assert widths == ([] if percent <= 0 else [percent] if percent <= 100 else [10000 // min(percent, 300)])


# What others wrote


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=100), st.text(max_size=100))
def test_nothing_that_others_wrote_is_more_than_words(subject, message, label, value):
    row = replace(
        notification(ANNA, kinds.LARGE, "S"),
        data={"figures": [["Amount", "5"], [label, value]], "link": value, "action": label or "Look"},
    )
    object.__setattr__(row, "subject", subject or "S")  # also what the record would refuse
    object.__setattr__(row, "message", message)
    mail = letter(ANNA, PREFERENCES, row, ADDRESS)
    plain = letter(
        ANNA, PREFERENCES, notification(ANNA, kinds.LARGE, "S", "M", figures=[["Amount", "5"]]), ADDRESS
    )
    foreign = {tag.name for tag in page(mail).find_all(True)} - {
        tag.name for tag in page(plain).find_all(True)
    }
    assert foreign <= {"table", "th", "td", "tr", "tbody", "span", "br", "bdi", "p"}
    assert [a["href"] for a in page(mail).find_all("a") if not OURS.match(a["href"])] == []
    assert len(mail.subject.splitlines()) <= 1
    assert len(mail.subject) <= 78


def test_a_strangers_text_cannot_pass_for_ours():
    mail = LETTERS["hostile"]
    assert "<script" not in mail.html
    assert "<b>Win" not in mail.html
    assert "\u202e" not in mail.html + mail.text + mail.subject
    assert "\nBcc" not in mail.text
    assert "Bcc" not in sent(mail)
    assert not re.search(r"evil\.example", mail.text + mail.html)  # what would be made a link of


@pytest.mark.parametrize(
    "link", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "elsewhere"]
)
def test_a_link_leads_nowhere_else(link):
    assert f"{ADDRESS}/notifications\n" in written(kinds.LARGE, link=link, action="Go").text
    assert link not in written(kinds.LARGE, link=link, action="Go").html


# Headers


def test_one_click_turns_the_kind_off():
    mail = sent(LETTERS["threshold-de"])
    link = f"{ADDRESS}/notifications/unsubscribe/{ANNA.user_id}.{KEY}?kind=budget_alert"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = compose(LETTERS["threshold-de"], "planner@budget.example").as_bytes(policy=SMTP).decode()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n" in raw, "mail programs decode nothing in it"
    assert link in LETTERS["threshold-de"].text.splitlines()
    assert page(LETTERS["threshold-de"]).find("a", href=link)


@pytest.mark.parametrize("name", ["test", "digest", "welcome"])
def test_what_is_of_no_kind_to_turn_off_turns_all_off(name):
    assert sent(LETTERS[f"{name}-us"])["List-Unsubscribe"].endswith(f".{KEY}>")


def test_one_click_is_only_offered_over_https():
    home = letter(ANNA, PREFERENCES, notification(ANNA, kinds.LARGE, "S"), "http://localhost:5000")
    assert [name for name, _ in home.headers] == ["List-Unsubscribe"]


def test_without_a_key_there_is_no_link_that_could_not_work():
    mail = letter(ANNA, Preferences(), notification(ANNA, kinds.LARGE, "S"), ADDRESS)
    assert mail.headers == ()
    assert "unsubscribe" not in mail.text + mail.html


def test_a_second_copy_is_known_for_one():
    first, second = (sent(LETTERS["large-de"])["Message-ID"] for _ in range(2))
    assert first == second
    ids = {
        letter(
            ANNA, PREFERENCES, replace(notification(ANNA, kinds.TEST, "S"), notification_id=n), ADDRESS
        ).key
        for n in "ab"
    }
    assert len(ids) == 2


def test_subjects_are_one_short_line(mail):
    assert len(mail.subject) <= 78
    assert mail.subject == one_line(mail.subject)
    assert sent(mail)["Subject"] == mail.subject


def test_a_long_subject_keeps_its_figure():
    assert LETTERS["long"].subject.startswith("Lebensmittelfachgeschäft")
    assert LETTERS["long"].subject.endswith(" is 9.999.999.999,99\xa0€ over budget")


# Each kind


@pytest.mark.parametrize(
    ("name", "figure"),
    [("threshold", "$90"), ("exceeded", "$60"), ("large", "$240"), ("unusual", "$912.40"), ("weekly", "")],
)
def test_the_figure_that_matters_stands_out(name, figure):
    large = page(LETTERS[f"{name}-us"]).find("p", style=re.compile("font-size:34px"))
    assert (large.get_text() if large else "") == figure
    assert not figure or f"\n  {figure}" in re.sub(r"\n  \S.*?   +", "\n  ", LETTERS[f"{name}-us"].text)


def test_a_test_message_ends_in_received():
    mail = LETTERS["test-de"]
    link = f"{ADDRESS}/notifications/received/{ANNA.user_id}.{RECEIVED}"
    assert page(mail).find("a", href=link).get_text() == "I received it"
    assert f"I received it:\n{link}\n" in mail.text


def test_a_digest_lists_what_came_in():
    mail = LETTERS["digest-us"]
    titles = [h2.get_text() for h2 in page(mail).find_all("h2")]
    assert titles == [
        "Groceries: 82% of the budget is spent",
        "Large expense: $240 at Fahrradladen Süd",
        "Travel is far above its usual month",
    ]
    assert page(mail).h1.get_text() == "Groceries: 82% of the budget is spent, and 2 more"
    assert mail.text.count("Large expense") == 1
    assert page(mail).h2.a["href"] == f"{ADDRESS}/budget?month=2026-11"
    assert f"  {ADDRESS}/expenses/0193\n" in mail.text


def test_a_hostile_name_in_a_digest_is_words():
    lines = [{"subject": HOSTILE, "message": HOSTILE, "link": "javascript:alert(1)"}]
    mail = written(kinds.DIGEST, lines=lines)
    assert "<script" not in mail.html
    assert "javascript:" not in mail.html


def test_letters_are_written_where_only_a_functions_package_is(tmp_path):
    """With the modules and data that a package takes along, and nothing else of ours."""
    source, target = tmp_path / "source", tmp_path / "package"
    source.mkdir()
    (source / "lambda_function.py").write_text("from lib.alerting.letters import letter\n")
    modules = packages._modules(ROOT, packages._own_files(source), ())
    for path in [*modules, *packages._data_beside(modules)]:
        packages._copy(path, target / path.relative_to(ROOT))
    assert {each.name for each in (target / "lib/letters").iterdir()} >= {"letter.html", "letter.txt"}
    script = "from lib.letters.letter import *; print(written(Letter(subject='Far away'), 'a@example.com', 'https://b.example').html)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=target, capture_output=True, text=True, check=True
    )
    assert "<h1" in done.stdout
    assert "Far away" in done.stdout
