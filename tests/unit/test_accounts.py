"""The rules of accounts that no page shows."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from werkzeug.security import generate_password_hash

from lib.errors import Changed, Invalid, NotFound, NotSignedIn, PlannerError, Taken, TooMany, Unavailable
from lib.identity import passwords
from lib.identity.throttle import Limit, Throttle, network
from lib.records import Email, User
from lib.services import Services
from tests.conftest import PASSWORD, Clock

HERE = "192.0.2.1"
NEW = "a wholly different one"


def test_of_two_who_register_a_name_at_once_one_gets_it(services: Services) -> None:
    outcomes: list[str] = []

    def register(number: int) -> None:
        try:
            services.accounts.register("maria", f"maria{number}@example.com", PASSWORD)
            outcomes.append("new")
        except Taken as taken:
            outcomes.append(taken.field)

    threads = [Thread(target=register, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["new", "username", "username", "username"]


def test_an_old_hash_is_renewed_at_sign_in(services: Services, alice: User) -> None:
    weak = generate_password_hash(PASSWORD, "scrypt:16384:8:1")
    services.store.save_user(replace(alice, password_hash=weak))
    user = services.accounts.sign_in("alice", PASSWORD, HERE)
    assert user.password_hash.startswith(passwords.METHOD)
    assert services.accounts.sign_in("alice", PASSWORD, HERE) == user


def test_nobody_signs_in_to_the_sample_household(services: Services) -> None:
    demo = services.demo.open(HERE)
    for guess in ("!", " ! ", PASSWORD):
        with pytest.raises(NotSignedIn):
            services.accounts.sign_in(demo.username, guess, HERE)


def test_writing_a_name_differently_gives_no_further_tries(services: Services, alice: User) -> None:
    spellings = ["alice", "ALICE", " alice ", "ａｌｉｃｅ", "Alice"]
    for spelling in spellings:
        with pytest.raises(NotSignedIn):
            services.accounts.sign_in(spelling, "wrong horse battery", HERE)
    with pytest.raises(TooMany):
        services.accounts.sign_in("alice", PASSWORD, HERE)


def test_a_right_password_of_ones_own_gives_an_address_no_further_tries(
    services: Services, alice: User, bob: User
) -> None:
    for number in range(30):
        if number % 5 == 0:
            services.accounts.sign_in("bob", PASSWORD, HERE)
        with pytest.raises(NotSignedIn):
            services.accounts.sign_in(f"name{number}", "wrong horse battery", HERE)
    with pytest.raises(TooMany):
        services.accounts.sign_in("bob", PASSWORD, HERE)


def test_who_is_locked_out_by_others_comes_in_with_a_new_password(services: Services, alice: User) -> None:
    for number in range(6):
        with pytest.raises(PlannerError):
            services.accounts.sign_in("alice", "wrong horse battery", f"198.51.100.{number}")
    services.account_links.reset(services.accounts.resets.issue(alice.user_id, {}), NEW)
    assert services.accounts.sign_in("alice", NEW, HERE).user_id == alice.user_id


def test_a_password_can_be_set_while_something_else_is_saved(services: Services, alice: User) -> None:
    services.accounts.save_profile(alice, theme="dark")
    services.accounts.change_password(alice, PASSWORD, NEW)
    user = services.accounts.sign_in("alice", NEW, HERE)
    assert user.theme == "dark"


def test_saving_what_was_read_before_someone_else_saved_is_refused(services: Services, alice: User) -> None:
    services.accounts.save_profile(alice, theme="dark")
    with pytest.raises(Changed):
        services.accounts.save_profile(alice, theme="light")
    with pytest.raises(Changed):
        services.accounts.save_categories(alice, alice.categories.archived("Travel"))


def test_a_new_password_ends_links_that_would_reset_it(services: Services, alice: User) -> None:
    token = services.accounts.resets.issue(alice.user_id, {})
    services.accounts.change_password(alice, PASSWORD, NEW)
    with pytest.raises(NotFound):
        services.account_links.reset(token, "yet another one of them")


@pytest.mark.parametrize("written", [True, False])
def test_a_new_password_ends_the_change_to_an_address_somebody_asked_for(
    services: Services, alice: User, written: bool
) -> None:
    services.account_links.ask_email_change(alice, PASSWORD, "thief@example.com")
    if written:
        services.queue.run(services)  # type: ignore[attr-defined]
    services.accounts.change_password(alice, PASSWORD, NEW)
    services.queue.run(services)  # type: ignore[attr-defined]
    assert services.account_links.new_email(alice) == ""
    assert services.accounts.confirmations.open(alice.user_id) == []
    assert "thief@example.com" not in [letter.to for letter in services.messenger.sent]  # type: ignore[attr-defined]


def test_a_reset_revokes_the_tokens_and_a_change_of_the_password_does_not(
    services: Services, alice: User, bob: User
) -> None:
    _, alices = services.tokens.create(alice, "Shortcut", "write", 0)
    _, bobs = services.tokens.create(bob, "Shortcut", "write", 0)
    services.accounts.change_password(alice, PASSWORD, NEW)
    assert services.tokens.check(alices) is not None
    services.account_links.reset(services.accounts.resets.issue(alice.user_id, {}), "yet another one of them")
    assert services.tokens.check(alices) is None
    assert services.tokens.check(bobs) is not None


def test_a_new_address_ends_links_that_went_to_the_old_one(services: Services, alice: User) -> None:
    reset = services.accounts.resets.issue(alice.user_id, {})
    confirm = services.accounts.confirmations.issue(alice.user_id, {"email": "new@example.com"})
    services.account_links.confirm_email_change(confirm)
    with pytest.raises(NotFound):
        services.account_links.who_resets(reset)


def test_of_two_who_use_a_link_at_once_one_sets_the_password(services: Services, alice: User) -> None:
    token = services.accounts.resets.issue(alice.user_id, {})
    outcomes: list[str] = []

    def use(password: str) -> None:
        try:
            services.account_links.reset(token, password)
            outcomes.append(password)
        except NotFound:
            outcomes.append("")

    choices = [f"one of four choices, {number}" for number in range(4)]
    threads = [Thread(target=use, args=(choice,)) for choice in choices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (chosen,) = filter(None, outcomes)
    assert services.accounts.sign_in("alice", chosen, HERE).user_id == alice.user_id


def test_whoever_did_not_change_their_password_hears_of_it(services: Services, alice: User) -> None:
    services.accounts.change_password(alice, PASSWORD, NEW)
    services.queue.run(services)  # type: ignore[attr-defined]
    (letter,) = services.messenger.sent  # type: ignore[attr-defined]
    assert (letter.to, letter.subject) == ("alice@example.com", "Your password was changed")
    assert NEW not in letter.text


def test_the_job_of_an_account_that_is_gone_does_nothing(services: Services, alice: User) -> None:
    services.account_links.ask_reset("alice", HERE)
    services.account_links.ask_email_change(alice, PASSWORD, "new@example.com")
    services.accounts.erase(alice.user_id)
    services.queue.run(services)  # type: ignore[attr-defined]
    assert services.messenger.sent == []  # type: ignore[attr-defined]


def test_a_job_done_twice_leaves_one_link_that_works(services: Services, alice: User) -> None:
    services.account_links.send_reset(alice.user_id)
    services.account_links.send_reset(alice.user_id)
    tokens = [letter.text.split("/password/reset/")[1].split()[0] for letter in services.messenger.sent]  # type: ignore[attr-defined]
    with pytest.raises(NotFound):
        services.account_links.who_resets(tokens[0])
    assert services.account_links.who_resets(tokens[1]) == alice


def test_a_letter_that_is_refused_for_good_is_not_tried_again(services: Services, alice: User) -> None:
    class Refusing(type(services.messenger)):  # type: ignore[misc]
        def send_email(self, email: Email) -> None:
            raise Invalid("no such mailbox")

    refused = replace(services, messenger=Refusing())
    refused.account_links.ask_reset("alice", HERE)
    refused.queue.run(refused)  # type: ignore[attr-defined]
    assert services.store.list_documents("-jobs", "job") == []


def test_a_letter_that_may_still_be_sent_keeps_its_job(services: Services, alice: User) -> None:
    class Down(type(services.messenger)):  # type: ignore[misc]
        def send_email(self, email: Email) -> None:
            raise Unavailable("mail server is away")

    down = replace(services, messenger=Down())
    down.account_links.ask_reset("alice", HERE)
    with pytest.raises(Unavailable):
        down.queue.run(down)  # type: ignore[attr-defined]
    assert len(services.store.list_documents("-jobs", "job")) == 1


def test_the_last_wish_for_an_address_counts(services: Services, alice: User) -> None:
    services.account_links.ask_email_change(alice, PASSWORD, "first@example.com")
    services.account_links.ask_email_change(alice, PASSWORD, "second@example.com")
    services.queue.run(services)  # type: ignore[attr-defined]
    assert [letter.to for letter in services.messenger.sent] == ["alice@example.com", "second@example.com"]  # type: ignore[attr-defined]
    assert services.account_links.new_email(alice) == "second@example.com"


def test_erasing_can_be_repeated(services: Services, alice: User) -> None:
    services.accounts.erase(alice.user_id)
    services.accounts.erase(alice.user_id)
    services.accounts.erase("nobody")


def test_erasing_is_finished_only_of_who_is_gone(services: Services, alice: User, clock: Clock) -> None:
    asked = services.now().isoformat()
    with pytest.raises(Unavailable):
        services.accounts.finish_erasing(alice.user_id, asked)
    clock.turn(minutes=1)
    services.accounts.finish_erasing(alice.user_id, asked)
    assert services.store.get_user(alice.user_id) == alice


@pytest.mark.parametrize(
    ("typed", "locale", "kept"),
    [
        ("", "de_DE", ""),
        ("030 123456", "de_DE", "+4930123456"),
        ("(212) 555-0123", "en_US", "+12125550123"),
        ("+44 20 7946 0123", "de_DE", "+442079460123"),
        ("00 49 30 123456", "de_DE", "+4930123456"),
        ("٠٣٠١٢٣٤٥٦", "de_DE", "+4930123456"),
    ],
)
def test_a_phone_number_is_understood_as_in_its_country(
    services: Services, typed: str, locale: str, kept: str
) -> None:
    assert (
        services.accounts.register("maria", "maria@example.com", PASSWORD, typed, locale=locale).phone == kept
    )


def test_a_phone_number_without_a_country_needs_its_code(services: Services) -> None:
    with pytest.raises(Invalid, match="country code"):
        services.accounts.register("maria", "maria@example.com", PASSWORD, "030 123456", locale="en")


LIMIT = Limit("test", free=2, window=timedelta(minutes=10), pause=timedelta(minutes=1))


@pytest.fixture
def throttle(services: Services, clock: Clock) -> Throttle:
    return Throttle(services.store, clock)


def test_every_further_mistake_makes_a_longer_pause(throttle: Throttle, clock: Clock) -> None:
    pauses = []
    clock.turn(minutes=-clock().minute % 10)  # the window's beginning
    for _ in range(5):
        throttle.allow(LIMIT, "alice")
        throttle.count(LIMIT, "alice")
        try:
            throttle.allow(LIMIT, "alice")
            pauses.append(0)
        except TooMany as wait:
            pauses.append(wait.retry_after)
            clock.turn(seconds=wait.retry_after)
    assert pauses == [0, 60, 120, 240, 480]


def test_pauses_are_of_one_name_and_one_limit(throttle: Throttle) -> None:
    for _ in range(3):
        throttle.count(LIMIT, "alice")
    throttle.allow(LIMIT, "bob")
    throttle.allow(replace(LIMIT, name="other"), "alice")
    with pytest.raises(TooMany, match="Try again in 60 seconds"):
        throttle.allow(LIMIT, "alice")


def test_of_several_pauses_the_last_to_end_is_waited_for(throttle: Throttle, clock: Clock) -> None:
    longer = replace(LIMIT, name="longer", pause=timedelta(minutes=3))
    tries = (LIMIT, "192.0.2.1"), (longer, "alice")
    throttle.allow_all(*tries)
    for _ in range(2):
        throttle.count(*tries[0])
        throttle.count(*tries[1])
    for waits, both in ((180, tries), (180, tries[::-1]), (60, tries[:1])):
        with pytest.raises(TooMany) as wait:
            throttle.allow_all(*both)
        assert wait.value.retry_after == waits
    clock.turn(seconds=61)
    with pytest.raises(TooMany, match="2 minutes"):
        throttle.allow_all(*tries)
    clock.turn(minutes=2)
    throttle.allow_all(*tries)


def test_what_was_typed_is_not_kept(throttle: Throttle, services: Services) -> None:
    for _ in range(3):
        throttle.count(LIMIT, "a password by mistake")
    assert "mistake" not in repr(services.store.list_documents("-pauses", "pause"))


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("unknown", "unknown"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_address_stands_for_who_is_likely_to_hold_it(address: str, known_as: str) -> None:
    assert network(address) == known_as
