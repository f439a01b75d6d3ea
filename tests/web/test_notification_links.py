"""Where links in messages lead: pages for whoever holds the letter, signed in or not."""

import pytest

from lib.alerting import kinds, preferences


@pytest.fixture
def address(services, alice):
    kept = preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    return f"/notifications/unsubscribe/{alice.user_id}.{kept.key}"


def on(services, user):
    kept = services.alert_choices.get(user)
    return {kind.key for kind in kinds.OPTIONAL if kinds.EMAIL in kept.channels(kind)}


def test_opening_the_link_turns_nothing_off(client, services, alice, address):
    before = on(services, alice)
    page = client.page(f"{address}?kind=large_expense")
    assert "Large expense" in page.main.get_text()
    assert "alice@example.com" in page.main.get_text()
    assert on(services, alice) == before


def test_a_button_turns_that_kind_off(client, services, alice, address):
    page = client.look(client.post_form(f"{address}?kind=large_expense"))
    assert "These e-mails are off" in page.h1.get_text()
    assert on(services, alice) == {
        "budget_alert",
        "budget_exceeded",
        "early_warning",
        "overall_limit",
        "unusual_spending",
        "price_rise",
        "monthly_summary",
    }


def test_another_turns_all_off(client, services, alice, address):
    client.look(client.post_form(f"{address}?kind=large_expense", {"all": "yes"}))
    assert on(services, alice) == set()


def test_one_click_of_a_mail_program_needs_no_session_and_no_form(app, services, alice, address):
    """RFC 8058: a POST of "List-Unsubscribe=One-Click", answered without a redirect."""
    answer = app.test_client().post(f"{address}?kind=large_expense", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "large_expense" not in on(services, alice)
    assert app.test_client().post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert on(services, alice) == set()


def test_only_that_address_takes_posts_without_a_token(app):
    names = app.extensions["csrf"]._exempt_views
    signed = {"web.files.send"}  # its address says who may send what there, and for how long
    assert names == {"web.notifications.links.unsubscribe", *signed}


def test_it_can_be_opened_twice(client, services, alice, address):
    for _ in range(2):
        client.look(client.post_form(address))
        client.page(address)
    assert on(services, alice) == set()


@pytest.mark.parametrize("token", ["x", "x.y", "{id}", "{id}.", "{id}.wrong", ".", "%00.x", "{id}.é"])
def test_a_link_that_is_none_says_so_and_turns_nothing_off(client, services, alice, address, token):
    before = on(services, alice)
    wrong = f"/notifications/unsubscribe/{token.format(id=alice.user_id)}"
    page = client.page(wrong, 404)
    assert "does not work any more" in page.h1.get_text()
    assert client.post(wrong, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert on(services, alice) == before


def test_who_never_chose_anything_cannot_be_turned_off_by_an_empty_key(client, services, bob):
    assert client.post(f"/notifications/unsubscribe/{bob.user_id}.").status_code == 404


@pytest.mark.parametrize("place", ["confirm", "received"])
def test_old_links_say_so(client, place):
    for token in ("no.such", "x", "a.b.c", "%00"):
        address = f"/notifications/{place}/{token}"
        if place == "confirm":
            client.page(address, 404)
        assert client.post_form(address, form_at="/login").status_code == 404, address


def test_the_confirmation_works_signed_out_too(client, services, alice):
    services.alert_addresses.ask_email(alice)
    services.queue.run(services)
    token = services.alert_addresses.links.issue(alice.user_id, {"email": alice.email})
    assert client.post_form(f"/notifications/confirm/{token}").location == "/login"
    assert services.alert_choices.get(alice).email_is_confirmed(alice)
    client.page(f"/notifications/confirm/{token}", 404)
