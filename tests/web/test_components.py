"""The macros that pages are built with: what they tie together, and what they cannot forget."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from flask import get_flashed_messages, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, validators

from lib.categories import Category
from web import charts, toast

FORM = '{% from "components/form.html" import post_form, field, money_field, button_form %}'
PAGE = (
    '{% from "components/page.html" import stat, progress, state_chip, tile, chip, toasts, pager, stepper %}'
)


class Sample(Form):
    amount = StringField("Amount", [validators.InputRequired("Write an amount, such as 12.50.")])
    kind = RadioField("Kind", [validators.InputRequired("Choose one.")], choices=[("a", "One"), ("b", "Two")])
    where = SelectField("Where", choices=[("x", "Here")], default="x")
    sure = BooleanField("Sure")


@pytest.fixture
def shown(app):
    def show(source: str, **values: object) -> BeautifulSoup:
        with app.test_request_context("/dashboard"):
            return BeautifulSoup(render_template_string(source, **values), "html.parser")

    return show


def a_form(**data: str) -> Sample:
    form = Sample(MultiDict(data))
    form.validate()
    return form


def test_a_form_has_its_token_key_and_button(shown):
    page = shown(FORM + '{{ post_form("/x", "Save", key="abc", cancel="/back") }}')
    hidden = {field["name"]: field["value"] for field in page.select("form[method=post] input[type=hidden]")}
    assert hidden["key"] == "abc"
    assert hidden["csrf_token"]
    assert page.select_one("button[type=submit]").text == "Save"
    assert page.select_one("a")["href"] == "/back"


def test_what_is_wrong_stands_on_top_with_links_to_its_fields(shown):
    page = shown(
        FORM
        + '{% call post_form("/x", "Save", form=form) %}{% for f in form %}{{ field(f) }}{% endfor %}{% endcall %}',
        form=a_form(),
    )
    summary = page.select_one("[role=alert]")
    assert summary.h2.text == "2 things need a change"
    assert [link["href"] for link in summary.select("a")] == ["#amount", "#kind-0"]
    assert all(page.select_one(link["href"]).name == "input" for link in summary.select("a"))


def test_an_error_is_tied_to_its_control(shown):
    page = shown(FORM + '{{ field(form.amount, "Sums are worked out.") }}', form=a_form(kind="a"))
    control = page.select_one("#amount")
    assert control["aria-invalid"] == "true"
    told = page.select_one(f"#{control['aria-describedby']}").text
    assert "Write an amount, such as 12.50." in told
    assert "Sums are worked out." in told


def test_a_field_without_hint_or_error_points_at_nothing(shown):
    page = shown(FORM + "{{ field(form.where) }}{{ field(form.sure) }}", form=a_form(kind="a", amount="1"))
    assert not page.select("[aria-describedby]")
    assert page.select_one("label[for=where]").text == "Where"
    assert page.select_one("label[for=sure] input")["type"] == "checkbox"


def test_further_attributes_reach_the_control(shown):
    page = shown(
        FORM
        + '{{ field(form.where, autocomplete="off", **{"data-x": "1"}) }}{{ money_field(form.amount, "EUR") }}',
        form=a_form(kind="a", amount="1"),
    )
    assert (page.select_one("#where")["autocomplete"], page.select_one("#where")["data-x"]) == ("off", "1")
    assert page.select_one("#amount")["inputmode"] == "decimal"


def test_a_button_form_sends_lists_as_several_fields(shown):
    page = shown(
        FORM + '{{ button_form("/x", "Delete", fields={"id": ["a", "b"], "month": "2026-11", "n": 1}) }}'
    )
    sent = [(field["name"], field["value"]) for field in page.select("input")][1:]
    assert sent == [("id", "a"), ("id", "b"), ("month", "2026-11"), ("n", "1")]


@pytest.mark.parametrize(("state", "word"), [("near", "nearly used up"), ("over", "over"), ("", "")])
def test_a_state_is_never_said_in_colour_alone(shown, state, word):
    figure = shown(PAGE + '{{ stat("Left", "€5", state=state) }}', state=state).select_one(".stat-label")
    assert figure.text.removeprefix("Left").strip() == word
    assert bool(figure.select("svg")) == bool(word)
    chip = shown(PAGE + "{{ state_chip(state, 'words') }}", state=state)
    assert chip.select("svg")
    assert "words" in chip.text


def test_a_bar_is_read_out_in_words(shown):
    bar = charts.progress(Decimal(120), Decimal(100), (10, 30))
    meter = shown(PAGE + '{{ progress(bar, "Groceries", "€120 of €100", "over") }}', bar=bar).svg
    assert (meter["role"], meter["aria-label"], meter["aria-valuetext"]) == (
        "meter",
        "Groceries",
        "€120 of €100",
    )
    assert meter["aria-valuenow"] == "100"
    assert meter.select_one(".bar-beyond")["width"] == "16.7%"


def test_what_people_typed_is_escaped_and_finds_its_own_direction(shown):
    rude = Category("x", "<b>שלום</b>", "no-such-icon", 3)
    page = shown(PAGE + "{{ tile(c) }}{{ chip(c.name) }}", c=rude)
    assert not page.select("b")
    assert [span["dir"] for span in page.select("span[dir]")] == ["auto"]
    assert page.select_one("use")["href"] == "#i-question-circle"


def test_what_was_done_can_be_taken_back(app, shown):
    with app.test_request_context("/"):
        toast.undoable("Deleted 2 expenses", "/expenses/restore", {"ids": ["a", "b"]})
        messages = get_flashed_messages(with_categories=True)
    page = shown(PAGE + "{{ toasts(messages) }}", messages=messages)
    assert page.select_one("[role=status] p").text == "Deleted 2 expenses"
    assert page.form["action"] == "/expenses/restore"
    assert [field["value"] for field in page.select("[name=ids]")] == ["a", "b"]
    assert page.select_one("[name=csrf_token]")


def test_a_stepper_says_where_one_is(shown):
    page = shown(PAGE + '{{ stepper(["File", "Columns", "Check"], 2) }}')
    (current,) = page.select("[aria-current=step]")
    assert "Columns" in current.text
    assert len(page.select(".is-done")) == 1


def test_a_list_that_fits_on_a_page_has_no_pager(shown):
    assert not shown(PAGE + "{{ pager() }}").select("nav")
    assert shown(PAGE + '{{ pager(next="/x") }}').a["rel"] == ["next"]
