"""What is chosen of messages: which come, where, when not; and turning them off."""

from datetime import time
from decimal import Decimal

import pytest

from lib.alerting import kinds, preferences
from lib.alerting.choices import AlertChoices, Choice
from lib.alerting.webhooks import Webhooks
from lib.errors import Changed, Invalid, NotAllowed, NotFound
from tests.unit.test_alert_addresses import link_to


def chosen(services, user):
    return Choice.of(services.alert_choices.get(user))


def without(choice, kind, channel):
    return choice._replace(channels={**choice.channels, kind: choice.channels[kind] - {channel}})


# Choosing


def test_who_chose_nothing_is_told_what_matters(services, alice):
    choice = chosen(services, alice)
    assert choice.channels["budget_exceeded"] == set(kinds.CHANNELS)
    assert choice.channels["expense_confirmation"] == set()
    assert (choice.quiet, choice.digest_at, choice.large_amount, choice.large_percent) == (
        None,
        None,
        100,
        10,
    )


def test_everything_chosen_is_kept(services, alice):
    before = chosen(services, alice)
    wanted = Choice(
        {key: frozenset({kinds.EMAIL}) for key in before.channels},
        (time(22), time(6, 30)),
        time(18),
        Decimal("250.50"),
        25,
    )
    services.alert_choices.save(alice, wanted, before.mark)
    assert chosen(services, alice) == wanted


def test_only_what_is_not_as_it_comes_is_kept_so_that_the_rest_stays_the_planners(services, alice):
    before = chosen(services, alice)
    services.alert_choices.save(alice, without(before, "large_expense", kinds.EMAIL), before.mark)
    assert set(services.alert_choices.get(alice).chosen) == {"large_expense"}


def test_the_second_of_two_choices_from_the_same_sight_is_told(services, alice):
    before = chosen(services, alice)
    services.alert_choices.save(alice, without(before, "large_expense", kinds.EMAIL), before.mark)
    with pytest.raises(Changed):
        services.alert_choices.save(alice, without(before, "early_warning", kinds.EMAIL), before.mark)
    assert chosen(services, alice).channels["early_warning"] == before.channels["early_warning"]


def test_an_address_that_is_confirmed_meanwhile_makes_no_choice_stale(services, alice):
    before = chosen(services, alice)
    services.alert_addresses.ask_email(alice)
    services.alert_addresses.confirm_email(link_to(services, alice))
    services.alert_choices.save(alice, without(before, "large_expense", kinds.EMAIL), before.mark)
    kept = services.alert_choices.get(alice)
    assert kept.email_is_confirmed(alice)
    assert kinds.EMAIL not in kept.channels(kinds.LARGE)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"large_amount": Decimal(0)}, "large_amount"),
        ({"large_percent": 0}, "large_percent"),
        ({"large_percent": 1001}, "large_percent"),
        ({"quiet": (time(7), time(7))}, "quiet_until"),
    ],
)
def test_what_cannot_be_is_refused(services, alice, change, field):
    before = chosen(services, alice)
    with pytest.raises(Invalid) as problem:
        services.alert_choices.save(alice, before._replace(**change), before.mark)
    assert problem.value.field == field
    assert chosen(services, alice) == before


# Webhooks


@pytest.fixture
def choices(services):
    """With addresses looked at, not resolved: whether they are fit is for tests/unit/test_webhooks.py."""
    return AlertChoices(
        services.store, Webhooks(resolve=lambda host, port: ["93.184.215.14"]).check_url, services.events
    )


def test_a_webhook_has_a_secret_that_is_said_once(choices, alice):
    kept, secret = choices.set_webhook(alice, " https://example.com/alerts ")
    assert (kept.webhook_url, kept.webhook_secret) == ("https://example.com/alerts", secret)
    assert len(secret) > 40
    assert choices.set_webhook(alice, "https://example.com/other")[1] == ""
    assert choices.get(alice).webhook_secret == secret
    assert choices.renew_secret(alice) == choices.get(alice).webhook_secret != secret
    assert not choices.remove_webhook(alice).webhook_url
    with pytest.raises(Invalid):
        choices.renew_secret(alice)


@pytest.mark.parametrize(
    "url", ["", "  ", "example.com", "ftp://example.com/", "http://example.com/", "https://user@example.com/"]
)
def test_an_address_that_cannot_be_one_is_refused(choices, alice, url):
    with pytest.raises(Invalid) as problem:
        choices.set_webhook(alice, url)
    assert problem.value.field == "webhook_url"


# Turning off without signing in


@pytest.fixture
def key(services, alice):
    kept = preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    return f"{alice.user_id}.{kept.key}"


def test_the_links_key_turns_one_kind_off(services, alice, key):
    kept = services.alert_choices.unsubscribe(key, "large_expense")
    assert kept.channels(kinds.LARGE) == {kinds.APP, kinds.WEBHOOK}
    assert kinds.EMAIL in kept.channels(kinds.EXCEEDED)


@pytest.mark.parametrize("kind", ["", "digest", "test", "nonsense"])
def test_without_a_kind_that_can_go_by_itself_all_e_mails_end(services, key, kind):
    kept = services.alert_choices.unsubscribe(key, kind)
    assert not any(kinds.EMAIL in kept.channels(each) for each in kinds.OPTIONAL)
    assert kinds.SMS in kept.channels(kinds.EXCEEDED)


def test_nobody_elses_key_turns_anything_off(services, alice, bob, key):
    mine = key.partition(".")[2]
    for wrong in (
        "",
        ".",
        alice.user_id,
        f"{alice.user_id}.",
        f"{bob.user_id}.{mine}",
        f"{bob.user_id}.",
        f"{key}x",
        "é.é",
        f"\0.{mine}",
    ):
        with pytest.raises(NotFound):
            services.alert_choices.unsubscribe(wrong)
    assert kinds.EMAIL in services.alert_choices.get(alice).channels(kinds.LARGE)


# The sample household


def test_the_sample_household_has_no_addresses(services):
    demo = services.demo.open("192.0.2.1")
    for ask in (
        services.alert_addresses.ask_email,
        services.alert_addresses.ask_phone,
        lambda user: services.alert_choices.set_webhook(user, "https://example.com/"),
    ):
        with pytest.raises(NotAllowed):
            ask(demo)
