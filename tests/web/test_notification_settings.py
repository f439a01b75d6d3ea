"""The page where people choose what they are told of, and where."""

import re
from dataclasses import replace

import pytest

from app import create_app
from lib.alerting import kinds, preferences
from lib.alerting.choices import Choice
from lib.errors import Unavailable
from tests.conftest import PASSWORD, signed_in
from tests.pages import PageClient

PAGE = "/settings/notifications"


def form_of(page):
    """The form of choices as a browser would send it back."""
    form = page.find("form", action=PAGE)
    fields = {
        each["name"]: each.get("value", "")
        for each in form.find_all("input")
        if each.get("type") not in ("checkbox",)
    }
    ticked = [each for each in form.find_all("input", type="checkbox") if each.has_attr("checked")]
    fields |= {each["name"]: each["value"] for each in ticked if each["name"] != "on"}
    return fields | {"on": [each["value"] for each in ticked if each["name"] == "on"]}


def words_at(page, name):
    control = page.find(id=name)
    return page.find(id=control["aria-describedby"]).get_text()


@pytest.fixture
def form(as_alice):
    return form_of(as_alice.page(PAGE))


def kept(services, user):
    return services.alert_choices.get(user)


def confirm(services, user, **more):
    return preferences.change(services.store, user.user_id, confirmed_email=user.email, **more)


def test_the_form_sent_back_as_it_is_changes_nothing(as_alice, services, alice, form):
    assert as_alice.post(PAGE, data=form).status_code == 303
    assert Choice.of(kept(services, alice)) == Choice.of(preferences.Preferences())


def test_every_kind_can_be_chosen_on_every_way(as_alice, services, alice, form):
    form["on"] = ["weekly_summary.email", "weekly_summary.sms", "expense_confirmation.webhook"]
    assert as_alice.post(PAGE, data=form).status_code == 303
    found = kept(services, alice)
    assert found.channels(kinds.WEEKLY) == {"email", "sms"}
    assert found.channels(kinds.CONFIRMATION) == {"webhook"}
    assert found.channels(kinds.EXCEEDED) == set()
    assert sorted(form_of(as_alice.page(PAGE))["on"]) == sorted(form["on"])


def test_times_and_bounds_are_read_as_people_write_them(as_alice, services, alice, form):
    as_alice.post(
        PAGE,
        data=form
        | {
            "quiet": "y",
            "quiet_from": "23:15",
            "quiet_until": "6.30",
            "digest": "y",
            "digest_at": "08:00:00",
        },
    )
    found = kept(services, alice)
    assert [f"{each:%H:%M}" for each in (*found.quiet, found.digest_at)] == ["23:15", "06:30", "08:00"]
    as_alice.post_form(
        "/settings",
        {
            "currency": "EUR",
            "locale": "de_DE",
            "time_zone": "Europe/Berlin",
            "first_weekday": "0",
            "theme": "auto",
            "version": str(alice.version),
        },
    )
    form = form_of(as_alice.page(PAGE))
    assert form["large_amount"] == "100,00"
    as_alice.post(PAGE, data=form | {"large_amount": "1.250,50", "large_percent": "15 %"})
    assert (str(kept(services, alice).large_amount), kept(services, alice).large_percent) == ("1250.50", 15)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("quiet_from", "late", "such as 22:00"),
        ("quiet_until", "24:00", "such as 22:00"),
        ("quiet_until", "22:00", "an end that is not the start"),
        ("digest_at", "", "such as 22:00"),
        ("large_amount", "much", "such as"),
        ("large_amount", "0", "above zero"),
        ("large_amount", "-5", "without a minus"),
        ("large_amount", "99999999999", "up to"),
        ("large_percent", "0", "whole percentage"),
        ("large_percent", "1001", "whole percentage"),
        ("large_percent", "ten", "whole percentage"),
        ("large_percent", "٥", "whole percentage"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept_as_typed(
    as_alice, services, alice, form, field, value, words
):
    typed = form | {"quiet": "y", "digest": "y", "on": ["weekly_summary.email"], field: value}
    page = as_alice.look(as_alice.post(PAGE, data=typed), 400)
    assert words in words_at(page, field)
    assert page.find(id=field)["value"] == value
    assert form_of(page)["on"] == ["weekly_summary.email"]
    assert Choice.of(kept(services, alice)) == Choice.of(preferences.Preferences())


def test_everything_wrong_is_said_at_once(as_alice, form):
    wrong = {"quiet": "y", "quiet_from": "", "quiet_until": "", "large_amount": "", "large_percent": ""}
    page = as_alice.look(as_alice.post(PAGE, data=form | wrong), 400)
    assert [each["id"] for each in page.find_all(attrs={"aria-invalid": "true"})] == [
        "large_amount",
        "large_percent",
        "quiet_from",
        "quiet_until",
    ]


def test_kinds_that_are_not_there_change_nothing(as_alice, services, alice, form):
    form["on"] += ["test.email", "nonsense.email", "large_expense.pigeon", "", "."]
    assert as_alice.post(PAGE, data=form).status_code == 303
    assert Choice.of(kept(services, alice)) == Choice.of(preferences.Preferences())


def test_the_second_of_two_tabs_is_told_and_may_overwrite(as_alice, services, alice, form):
    as_alice.post(PAGE, data=form | {"on": ["weekly_summary.email"]})
    page = as_alice.look(as_alice.post(PAGE, data=form | {"on": ["budget_exceeded.app"]}), 409)
    assert "changed in the meantime" in page.get_text()
    assert "Weekly summary: E-mail" in page.get_text()
    assert form_of(page)["on"] == ["budget_exceeded.app"]
    assert kept(services, alice).channels(kinds.WEEKLY) == {"email"}
    assert as_alice.post(PAGE, data=form_of(page)).status_code == 303
    assert kept(services, alice).channels(kinds.EXCEEDED) == {"app"}


# Ways


def way(page, channel):
    return page.find("li", id=channel).get_text(" ", strip=True)


def test_a_way_that_cannot_be_used_yet_says_what_to_do(as_alice):
    page = as_alice.page(PAGE)
    assert "Messages wait until you confirm" in way(page, "email")
    assert "Give your number under Profile" in way(page, "sms")
    assert "Set an address" in way(page, "webhook")
    assert "E-mail, SMS and Webhook need a step of yours first" in page.find(id="kinds").get_text()


def test_there_is_no_sms_where_nothing_sends_them_and_what_was_chosen_of_it_stays(settings, services, alice):
    services.messenger.sms_works = False
    app = create_app(settings, services)
    app.test_client_class = PageClient
    client = signed_in(app, alice)
    page = client.page(PAGE)
    assert page.find("li", id="sms") is None
    assert not page.find_all("input", value=re.compile(r"\.sms$"))
    client.post(PAGE, data=form_of(page) | {"on": []})
    assert kept(services, alice).channels(kinds.EXCEEDED) == {"sms"}


def test_confirming_the_address_by_its_link(as_alice, services, alice):
    assert as_alice.post_form(f"{PAGE}/email", form_at=PAGE).location == f"{PAGE}#email"
    assert "A link is on its way" in way(as_alice.page(PAGE), "email")
    services.queue.run(services)
    link = re.search(r"/notifications/confirm/\S+", services.messenger.sent[-1].text)[0]
    assert "alice@example.com" in as_alice.page(link).main.get_text()
    assert not kept(services, alice).email_is_confirmed(
        alice
    )  # looking, as mail scanners do, confirms nothing
    assert as_alice.post_form(link).location == PAGE
    assert "confirmed" in way(as_alice.page(PAGE), "email")


def test_confirming_the_number_by_a_code(app, services):
    carol = services.accounts.register("carol", "carol@example.com", PASSWORD, "+4915112345678")
    client = signed_in(app, carol)
    assert client.post_form(f"{PAGE}/phone", form_at=PAGE).location == f"{PAGE}#sms"
    services.queue.run(services)
    code = re.search(r"\d{6}", services.messenger.texts[-1][1])[0]
    page = client.look(client.post_form(f"{PAGE}/phone/code", {"code": "12"}, form_at=PAGE), 400)
    assert "six digits" in words_at(page, "code")
    assert client.post_form(f"{PAGE}/phone/code", {"code": code}, form_at=PAGE).status_code == 303
    assert "confirmed" in way(client.page(PAGE), "sms")


def test_no_more_sms_come_until_the_number_is_confirmed_anew(app, services):
    carol = services.accounts.register("carol", "carol@example.com", PASSWORD, "+4915112345678")
    preferences.change(services.store, carol.user_id, confirmed_phone=carol.phone)
    client = signed_in(app, carol)
    services.ledger.send_test(carol, "sms")
    assert client.post_form(f"{PAGE}/phone/stop", form_at=PAGE).location == f"{PAGE}#sms"
    services.queue.run(services)
    assert services.messenger.texts == []
    assert "You stopped them" in way(client.page(PAGE), "sms")
    client.post_form(f"{PAGE}/phone", form_at=PAGE)
    services.queue.run(services)
    code = re.search(r"\d{6}", services.messenger.texts[-1][1])[0]
    client.post_form(f"{PAGE}/phone/code", {"code": code}, form_at=PAGE)
    assert kept(services, carol).phone_is_confirmed(carol)


@pytest.mark.parametrize("heard", [True, False])
def test_an_answer_of_stop_is_promised_only_where_it_is_heard(app, services, alice, heard):
    services.messenger.sms_stops = heard
    alice = services.accounts.save_profile(alice, phone="+4915112345678")
    preferences.change(services.store, alice.user_id, confirmed_phone=alice.phone)
    page = signed_in(app, alice).page(PAGE)
    assert ("Answer STOP" in way(page, "sms")) == heard
    assert page.find("form", action=f"{PAGE}/phone/stop") is not None


def test_asking_too_often_is_said_on_the_page(as_alice):
    for _ in range(4):
        answer = as_alice.post_form(f"{PAGE}/email", form_at=PAGE, follow_redirects=True)
    assert "tried too often" in as_alice.look(answer).find(class_="toasts").get_text()


def test_a_webhook_wants_the_password_and_a_fit_address(as_alice, services, alice):
    for typed, field in (
        ({"webhook_url": "https://example.com/", "password": "wrong"}, "webhook-password"),
        ({"webhook_url": "http://127.0.0.1/", "password": PASSWORD}, "webhook_url"),
        ({"webhook_url": "", "password": PASSWORD}, "webhook_url"),
    ):
        page = as_alice.look(as_alice.post_form(f"{PAGE}/webhook", typed, form_at=PAGE), 400)
        assert page.find(id=field)["aria-invalid"] == "true"
        assert page.find(id="webhook_url")["value"] == typed["webhook_url"]
        assert PASSWORD not in str(page)
    assert not kept(services, alice).webhook_url


def test_a_secret_is_shown_once_and_can_be_made_anew(as_alice, services, alice):
    typed = {"webhook_url": "https://93.184.215.14/alerts", "password": PASSWORD}
    page = as_alice.look(as_alice.post_form(f"{PAGE}/webhook", typed, form_at=PAGE))
    first = page.find(id="webhook-secret").get_text()
    assert first == kept(services, alice).webhook_secret
    assert first not in str(as_alice.page(PAGE))
    for wrong in ("", "wrong"):
        answer = as_alice.post_form(f"{PAGE}/webhook/secret", {"password": wrong}, form_at=PAGE)
        page = as_alice.look(answer, 400)
        assert page.find(id="secret-password")["aria-invalid"] == "true"
        assert page.find(id="webhook-password").get("aria-invalid") != "true"
        assert kept(services, alice).webhook_secret == first
    answer = as_alice.post_form(f"{PAGE}/webhook/secret", {"password": PASSWORD}, form_at=PAGE)
    page = as_alice.look(answer)
    assert page.find(id="webhook-secret").get_text() == kept(services, alice).webhook_secret != first
    assert as_alice.post_form(f"{PAGE}/webhook/remove", form_at=PAGE).status_code == 303
    assert not kept(services, alice).webhook_url
    answer = as_alice.post_form(f"{PAGE}/webhook/secret", form_at=PAGE, follow_redirects=True)
    assert "Set an address first" in as_alice.look(answer).get_text()


# Test messages


def test_a_test_message_is_followed_until_it_was_received(as_alice, services, alice):
    confirm(services, alice)
    place = as_alice.post_form(f"{PAGE}/test", {"channel": "email"}, form_at=PAGE).location
    assert "waits to be sent" in way(as_alice.page(place), "email")
    services.queue.run(services)
    assert "E-mail: sent" in way(as_alice.page(place), "email")
    link = re.search(r"/notifications/received/[\w.-]+", services.messenger.sent[-1].text)[0]
    as_alice.page(link)
    assert "Received" not in way(as_alice.page(place), "email")
    assert "Thank you" in as_alice.look(as_alice.post_form(link)).h1.get_text()
    state = as_alice.page(place).find(attrs={"data-alert-test": "done"})
    assert "Received" in state.get_text()


@pytest.mark.parametrize("channel", ["email", "sms", "webhook", "app", "", "pigeon"])
def test_a_test_that_cannot_go_says_why(as_alice, channel):
    answer = as_alice.post_form(f"{PAGE}/test", {"channel": channel}, form_at=PAGE, follow_redirects=True)
    assert as_alice.look(answer).find(class_="is-over") is not None


def test_nobody_sees_how_anothers_test_fares(as_bob, services, alice):
    confirm(services, alice)
    test = services.ledger.send_test(alice, "email")
    for given in (test.notification_id, "", "x" * 5000, "\0"):
        assert as_bob.page(PAGE, query_string={"test": given}).find(attrs={"data-alert-test": True}) is None


def test_the_sample_household_has_the_app_alone(client, services):
    client.post_form("/demo")
    page = client.page(PAGE)
    assert "no addresses" in page.find(id="ways").get_text()
    assert [each["id"] for each in page.select(".ways > li")] == ["app"]
    form = form_of(page)
    for address in ("email", "phone", "webhook", "webhook/secret", "test"):
        data = {
            "csrf_token": form["csrf_token"],
            "channel": "email",
            "password": "!",
            "webhook_url": "https://93.184.215.14/",
        }
        assert client.post(f"{PAGE}/{address}", data=data).status_code == 403, address
    assert client.post(PAGE, data=form | {"on": ["weekly_summary.app"]}).status_code == 303
    (demo,) = services.store.each_user()
    assert kept(services, demo).channels(kinds.EXCEEDED) == {"email", "sms", "webhook"}


def test_registering_brings_a_letter_that_asks_for_the_address(client, services):
    client.post_form("/register", {"username": "maria", "email": "maria@example.com", "password": PASSWORD})
    services.queue.run(services)
    (letter,) = services.messenger.sent
    assert (letter.to, letter.subject) == ("maria@example.com", "Welcome to Smart Budget Planner")
    client.post_form(re.search(r"/notifications/confirm/\S+", letter.text)[0])
    maria = services.store.find_user_by_username("maria")
    assert kept(services, maria).email_is_confirmed(maria)


class NoJobs:
    """A store that fails where work for later is written down."""

    def __init__(self, store):
        self.store = store

    def __getattr__(self, name):
        return getattr(self.store, name)

    def put_document(self, document):
        if document.kind == "job":
            raise Unavailable("The store is away.", "store")
        return self.store.put_document(document)


def test_an_account_is_made_even_if_its_letter_cannot_be_asked_for(settings, services):
    app = create_app(settings, replace(services, store=NoJobs(services.store)))
    app.test_client_class = PageClient
    given = {"username": "maria", "email": "maria@example.com", "password": PASSWORD}
    client = app.test_client()
    assert client.post_form("/register", given).location == "/dashboard"
    client.page("/dashboard")
