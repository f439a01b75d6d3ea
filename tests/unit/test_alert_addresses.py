"""The proofs that an address or a number is theirs: a link, a message service's question, a code."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from lib.alerting.addresses import AlertAddresses
from lib.errors import Invalid, NotFound, TooMany, Unavailable, Uncertain
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.ports import Subscription
from tests.conftest import PASSWORD
from tests.unit.alerting import Fails


@pytest.fixture
def carol(services):
    """Someone with a phone."""
    return services.accounts.register("carol", "carol@example.com", PASSWORD, "+4915112345678")


def link_to(services, user, path="/notifications/confirm/"):
    services.queue.run(services)
    letter = next(each for each in reversed(services.messenger.sent) if each.to == user.email)
    return re.search(rf"{path}(\S+)", letter.text)[1]


def code_to(services, user):
    services.queue.run(services)
    return re.search(
        r"\d{6}", next(text for number, text in reversed(services.messenger.texts) if number == user.phone)
    )[0]


# An e-mail address


def test_a_link_confirms_the_address_once(services, alice):
    services.alert_addresses.ask_email(alice)
    token = link_to(services, alice)
    assert services.alert_addresses.email_is_asked(alice)
    assert services.alert_addresses.confirm_email(token).user_id == alice.user_id
    assert services.alert_choices.get(alice).email_is_confirmed(alice)
    with pytest.raises(NotFound):
        services.alert_addresses.confirm_email(token)


def test_what_waited_for_the_confirmation_goes_out(services, alice):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 11))
    draft = ExpenseDraft(Decimal(200), "EUR", "Groceries", date(2026, 11, 21))
    services.expenses.add_expense(alice, draft, "one")
    services.alert_addresses.ask_email(alice)
    services.alert_addresses.confirm_email(link_to(services, alice))
    services.messenger.sent.clear()
    services.queue.run(services)
    assert any("Groceries" in each.subject for each in services.messenger.sent)


def test_the_confirmation_is_welcomed_once_for_each_address(services, alice):
    for _ in range(2):
        services.alert_addresses.ask_email(alice)
        services.alert_addresses.confirm_email(link_to(services, alice))
    services.queue.run(services)
    assert [each.subject for each in services.messenger.sent].count("Alerts reach you by e-mail now") == 1
    (row,) = services.store.list_notifications(alice.user_id).items
    assert (row.kind, row.unread) == ("subscription_welcome", True)


def test_a_link_lives_for_a_day(services, alice, clock):
    services.alert_addresses.ask_email(alice)
    token = link_to(services, alice)
    clock.turn(hours=25)
    with pytest.raises(NotFound):
        services.alert_addresses.confirm_email(token)


def test_a_link_to_the_old_address_does_not_confirm_the_new_one(services, alice):
    services.alert_addresses.ask_email(alice)
    token = link_to(services, alice)
    services.accounts.set_fields(alice.user_id, email="new@example.com")
    with pytest.raises(NotFound):
        services.alert_addresses.confirm_email(token)


def test_an_address_that_was_changed_by_its_link_is_confirmed(services, alice):
    services.account_links.ask_email_change(alice, PASSWORD, "new@example.com")
    services.queue.run(services)
    letter = next(each for each in services.messenger.sent if each.to == "new@example.com")
    changed = services.account_links.confirm_email_change(re.search(r"/email/confirm/(\S+)", letter.text)[1])
    services.queue.run(services)
    assert services.alert_choices.get(changed).email_is_confirmed(changed)


def test_asking_often_is_slowed_down(services, alice):
    for _ in range(3):
        services.alert_addresses.ask_email(alice)
        services.queue.run(services)
    with pytest.raises(TooMany):
        services.alert_addresses.ask_email(alice)


class Asking:
    """A message service that asks people itself, in the place of our own link."""

    sms_works = False

    def __init__(self, inner):
        self.inner, self.state, self.gone = inner, "pending", []

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def subscribe(self, user_id, address):
        return Subscription("arn:1", self.state)

    def status(self, ref):
        return Subscription(ref, self.state)

    def unsubscribe(self, ref):
        self.gone.append(ref)

    def send_alert(self, user_id, email, subscription):
        if self.state == "gone":
            raise Invalid("This address has left the alerts.", "subscription")
        self.inner.send_email(email)


def test_where_a_message_service_asks_its_answer_counts(services, alice):
    asking = Asking(services.messenger)
    services = replace(services, messenger=asking)
    services.alert_addresses.ask_email(alice)
    services.queue.run(services)
    assert asking.inner.sent == []  # its own letter is enough
    assert not services.alert_addresses.look_again(alice)
    asking.state = "confirmed"
    assert services.alert_addresses.look_again(alice)
    assert services.alert_choices.get(alice).email_is_confirmed(alice)
    asking.state = "gone"
    assert not services.alert_addresses.look_again(alice)
    assert not services.alert_choices.get(alice).email_is_confirmed(alice)


def test_who_left_the_message_service_is_not_taken_for_confirmed_any_more(services, alice):
    asking = Asking(services.messenger)
    services = replace(services, messenger=asking)
    asking.state = "confirmed"
    services.alert_addresses.ask_email(alice)
    services.queue.run(services)
    asking.state = "gone"
    services.ledger.send_test(alice, "email")
    services.queue.run(services)
    kept = services.alert_choices.get(alice)
    assert (kept.email_is_confirmed(alice), kept.subscription) == (False, "")
    (test,) = [row for row in services.store.list_notifications(alice.user_id).items if row.kind == "test"]
    assert (test.deliveries[0].status, test.deliveries[0].reason) == (
        "failed",
        "This address has left the alerts.",
    )


def test_looking_again_takes_nothing_from_who_confirmed_by_our_link(services, alice):
    assert not services.alert_addresses.look_again(alice)
    services.alert_addresses.ask_email(alice)
    services.alert_addresses.confirm_email(link_to(services, alice))
    assert services.alert_addresses.look_again(alice)
    assert services.alert_choices.get(alice).email_is_confirmed(alice)


@pytest.mark.parametrize("part", ["release", "welcome"])
def test_what_fails_after_a_confirmation_does_not_undo_it_and_is_made_up_for(services, alice, part):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 11))
    draft = ExpenseDraft(Decimal(200), "EUR", "Groceries", date(2026, 11, 21))
    services.expenses.add_expense(alice, draft, "one")
    addresses = services.alert_addresses
    release, publish = Fails(addresses.release), Fails(addresses.outbox.publish_notification)
    failing = AlertAddresses(
        addresses.accounts, SimpleNamespace(publish_notification=publish), addresses.address, release
    )
    (release if part == "release" else publish).error = Unavailable("The store is away.", "store")
    addresses.ask_email(alice)
    token = link_to(services, alice)
    with pytest.raises(Unavailable):
        failing.confirm_email(token)
    assert services.alert_choices.get(alice).email_is_confirmed(alice)
    release.error = publish.error = None
    failing.confirm_email(token)
    services.queue.run(services)
    subjects = [each.subject for each in services.messenger.sent]
    assert sum("Groceries" in each for each in subjects) == 1
    assert subjects.count("Alerts reach you by e-mail now") == 1


def test_a_subscription_ends_with_the_account(services, alice):
    services = replace(services, messenger=Asking(services.messenger))
    services.alert_addresses.ask_email(alice)
    services.queue.run(services)
    services.accounts.erase(alice.user_id)
    assert services.messenger.gone == ["arn:1"]


# A phone


def test_a_code_confirms_the_number(services, carol):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    assert services.alert_addresses.question(carol).state == "sent"
    services.alert_addresses.confirm_phone(carol, f"{code[:3]} {code[3:]}")
    assert services.alert_choices.get(carol).phone_is_confirmed(carol)
    assert services.alert_addresses.question(carol) is None


def test_a_code_works_once(services, carol):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    services.alert_addresses.confirm_phone(carol, code)
    with pytest.raises(Invalid):
        services.alert_addresses.confirm_phone(carol, code)


def test_the_code_is_nowhere_but_on_the_phone(services, carol):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    kept = services.store.get_document(carol.user_id, "phone-code", "asked")
    assert code not in str(kept.data)


def test_after_five_wrong_codes_only_a_new_one_helps(services, carol):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(Invalid):
            services.alert_addresses.confirm_phone(carol, wrong)
    with pytest.raises(TooMany):
        services.alert_addresses.confirm_phone(carol, code)
    services.alert_addresses.ask_phone(carol)
    services.alert_addresses.confirm_phone(carol, code_to(services, carol))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "१२३४५६", "12345６"])
def test_what_is_no_code_costs_no_try(services, carol, typed):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    for _ in range(6):
        with pytest.raises(Invalid) as problem:
            services.alert_addresses.confirm_phone(carol, typed)
        assert problem.value.field == "code"
    services.alert_addresses.confirm_phone(carol, code)


def test_a_code_lives_for_ten_minutes(services, carol, clock):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    clock.turn(minutes=11)
    with pytest.raises(Invalid, match="too old"):
        services.alert_addresses.confirm_phone(carol, code)


def test_a_code_does_not_confirm_another_number(services, carol):
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    moved = services.accounts.save_profile(carol, phone="+4915187654321")
    with pytest.raises(Invalid):
        services.alert_addresses.confirm_phone(moved, code)


def test_a_job_that_comes_twice_sends_one_code(services, carol):
    services.alert_addresses.ask_phone(carol)
    task = services.queue.tasks[-1]
    services.queue.run(services)
    services.queue.tasks.append(task)
    services.queue.run(services)
    assert len(services.messenger.texts) == 1


def test_asking_for_codes_is_slowed_down_for_the_number_whoever_asks(services, carol, bob):
    bob = services.accounts.save_profile(bob, phone=carol.phone)
    for who in (carol, bob, carol):
        services.alert_addresses.ask_phone(who)
        services.queue.run(services)
    with pytest.raises(TooMany):
        services.alert_addresses.ask_phone(bob)


def test_a_number_that_takes_no_sms_is_said_to(services, carol):
    class Refusing(Asking):
        sms_works = True

        def send_sms(self, phone, text):
            raise Invalid("There is no such number.", "phone")

    services = replace(services, messenger=Refusing(services.messenger))
    services.alert_addresses.ask_phone(carol)
    services.queue.run(services)
    assert services.alert_addresses.question(carol)[:2] == ("refused", "There is no such number.")


def test_a_code_that_may_have_gone_is_not_sent_again_and_works(services, carol):
    class Losing(Asking):
        sms_works = True

        def send_sms(self, phone, text):
            self.inner.send_sms(phone, text)
            raise Uncertain("The SMS service did not say whether it sent this.", "messenger")

    services = replace(services, messenger=Losing(services.messenger))
    services.alert_addresses.ask_phone(carol)
    code = code_to(services, carol)
    assert len(services.messenger.texts) == 1
    assert services.alert_addresses.question(carol).state == "sent"
    services.alert_addresses.confirm_phone(carol, code)


def test_stop_ends_sms_until_the_number_is_confirmed_anew(services, carol):
    services.alert_addresses.ask_phone(carol)
    services.alert_addresses.confirm_phone(carol, code_to(services, carol))
    stopped = services.alert_choices.stop_sms(carol)
    assert not stopped.phone_is_confirmed(carol)
    services.alert_addresses.ask_phone(carol)
    services.alert_addresses.confirm_phone(carol, code_to(services, carol))
    assert services.alert_choices.get(carol).phone_is_confirmed(carol)


def test_who_has_no_number_or_sends_none_is_told(services, alice, carol):
    with pytest.raises(Invalid, match="Give your number"):
        services.alert_addresses.ask_phone(alice)
    services = replace(services, messenger=Asking(services.messenger))
    with pytest.raises(Invalid, match="No SMS are sent"):
        services.alert_addresses.ask_phone(carol)
