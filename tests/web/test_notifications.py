"""The history of messages, and the count at the bell."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lib.alerting import preferences
from lib.expenses import ExpenseDraft
from lib.periods import Month
from lib.records import Delivery, Notification
from tests.web.test_counts import statements

HERE = "/notifications"


@pytest.fixture
def tell(services, alice):
    """Tells alice something: a row of the history, with what became of it on its ways."""
    told = []

    def add(subject="Groceries is over", kind="budget_exceeded", ways=(), ago=0, user=alice, **more):
        at = services.now() - timedelta(minutes=ago)
        row_id = f"{len(told):032x}"
        deliveries = tuple(
            Delivery(
                channel, status, at, at + timedelta(hours=1) if status == "held" else None, reason=reason
            )
            for channel, status, reason in ways
        )
        fields = {"message": "", "data": {}, "unread": True} | more
        row = Notification(
            user.user_id,
            row_id,
            kind,
            subject,
            created_at=at,
            expires_at=at + timedelta(days=400),
            deliveries=deliveries,
            **fields,
        )
        told.append(row)
        assert services.store.add_notification(row)
        return row

    return add


def rows(page):
    return page.select(".told-row")


def subjects(page):
    return [row.h3.get_text() for row in rows(page)]


def counts(page):
    return {link["aria-label"] for link in page.select("a[data-unread-count]")}


def test_an_empty_history_says_what_will_be_there(as_alice):
    page = as_alice.page(HERE)
    assert "Nothing to tell yet" in page.main.get_text()
    assert counts(page) == {"Notifications"}


def test_newest_first_under_their_days_by_the_persons_clock(as_alice, services, alice, tell):
    services.accounts.save_profile(services.store.get_user(alice.user_id), time_zone="Asia/Tokyo")
    tell("Long ago", ago=60 * 24 * 10)
    tell("In the night", ago=60 * 13)  # 23:00 UTC, the morning of the day after in Tokyo
    tell("Now")
    tell("Before that", ago=60 * 24)
    page = as_alice.page(HERE)
    assert subjects(page) == ["Now", "In the night", "Before that", "Long ago"]
    assert [h2.get_text() for h2 in page.select(".told > h2")] == [
        "Today",
        "Yesterday",
        "Wednesday, November 11, 2026",
    ]
    assert rows(page)[0].time.get_text() == "21:00"


def test_each_way_says_how_far_it_has_come_and_why(as_alice, tell):
    tell(
        ways=[
            ("email", "held", "Goes out when your quiet hours end."),
            ("sms", "failed", "There is no such number."),
            ("webhook", "sent", ""),
        ],
        message="You have spent €412.40.",
        note="The expense was deleted on 21 Nov 2026.",
        data={"link": "/budget?month=2026-11", "action": "Look at Groceries", "state": "over"},
    )
    (row,) = rows(as_alice.page(HERE))
    words = row.get_text(" ", strip=True)
    for part in (
        "E-mail: held Goes out when your quiet hours end.",
        "SMS: not sent There is no such number. Try again",
        "Webhook: sent",
        "Budget exceeded · 12:00",
        "You have spent €412.40.",
        "The expense was deleted",
    ):
        assert part in words
    assert row.find("a")["href"] == "/budget?month=2026-11"  # the only one


def test_what_waits_for_its_owner_leads_to_the_next_step(as_alice, services, alice):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 11))
    draft = ExpenseDraft(Decimal(200), "EUR", "Groceries", date(2026, 11, 21))
    services.expenses.add_expense(alice, draft, "one")
    row = next(row for row in rows(as_alice.page(HERE)) if "over budget" in row.h3.get_text())
    assert "E-mail: held Your e-mail address is not confirmed yet." in row.get_text(" ", strip=True)
    assert row.find("a", string="Confirm it")["href"] == "/settings/notifications#email"


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", 7, None],
)
def test_a_link_that_leads_elsewhere_is_none(as_alice, tell, link):
    tell(data={"link": link, "action": "Look"})
    assert rows(as_alice.page(HERE))[0].find("a") is None


def test_hostile_words_are_words(as_alice, tell):
    hostile = '<script>alert(1)</script> ‮abc & "quoted"'
    tell(
        hostile,
        message=hostile,
        note=hostile,
        data={"lines": [{"subject": hostile, "message": "", "link": "/x"}]},
    )
    page = as_alice.page(HERE)
    assert subjects(page) == [hostile]


def test_a_kind_from_another_version_and_odd_data_break_nothing(as_alice, tell):
    tell(kind="of_the_future", data={"percent": "x", "state": "unheard of"})
    assert len(rows(as_alice.page(HERE))) == 1


def test_a_tests_own_link_is_not_offered_where_it_did_not_arrive(as_alice, services, alice, tell):
    tell(kind="test", data={"link": "/notifications/received/x", "received": "secret"})
    assert "received/" not in str(rows(as_alice.page(HERE))[0])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=large_expense", ["Large"]),
        ("channel=sms", ["By SMS"]),
        ("state=failed", ["Large"]),
        ("channel=email&state=failed", []),
        ("channel=webhook&state=failed", ["Large"]),
        ("state=unread", ["By SMS"]),
        ("kind=nonsense", ["By SMS", "Large"]),
        ("state=%00&channel=%F0%9F%8E%89", ["By SMS", "Large"]),
        ("kind=&channel=&state=failed", ["Large"]),
    ],
)
def test_a_filter_is_an_address(as_alice, tell, query, found):
    tell("Large", "large_expense", [("webhook", "failed", ""), ("email", "sent", "")], ago=9, unread=False)
    tell("By SMS", ways=[("sms", "sent", "")])
    assert subjects(as_alice.page(f"{HERE}?{query}")) == found


def test_what_a_filter_does_not_find_is_said_in_words(as_alice, tell):
    tell()
    page = as_alice.page(f"{HERE}?kind=large_expense&channel=sms&state=failed")
    assert "No message matches: Large expense, by SMS, not sent." in page.main.get_text()
    assert page.main.find("a", string="Show all")


def test_many_come_in_pages(as_alice, tell):
    for number in range(60):
        tell(f"Number {number}", ago=number, unread=False)
    page = as_alice.page(f"{HERE}?kind=budget_exceeded")
    assert len(rows(page)) == 50
    page = as_alice.page(page.find("a", rel="next")["href"])
    assert subjects(page) == [f"Number {number}" for number in range(50, 60)]
    assert page.find("a", rel="next") is None


def test_a_cursor_that_is_none_leads_to_the_newest(as_alice, tell):
    tell()
    page = as_alice.page(f"{HERE}?cursor=nonsense")
    assert subjects(page) == ["Groceries is over"]
    assert page.find(class_="toasts")


# Reading


def test_the_bell_counts_what_is_unread_on_every_page(as_alice, tell):
    as_alice.page("/dashboard")  # kept from now on
    for number in range(3):
        tell(ago=number)
    for address in ("/dashboard", "/expenses", "/budget", HERE, "/settings"):
        assert counts(as_alice.page(address)) == {"Notifications, 3 unread"}, address
    assert "3 unread" in as_alice.page(HERE).find(class_="told-bar").get_text()


def test_more_than_a_badge_has_room_for(as_alice, tell):
    for number in range(101):
        tell(ago=number)
    page = as_alice.page("/dashboard")
    assert counts(page) == {"Notifications, more than 99 unread"}
    assert {badge.get_text() for badge in page.select("[data-unread-badge]")} == {"99+"}


def test_looking_reads_nothing_and_saying_so_does(as_alice, services, alice, tell):
    tell("One")
    tell("Two", ago=1)
    page = as_alice.page(HERE)
    seen = page.find(attrs={"data-unread": True})
    assert counts(as_alice.page(HERE)) == {"Notifications, 2 unread"}
    first = seen["data-unread"].split()[0]
    answer = as_alice.post(seen["data-alert-read"], data={"csrf_token": seen["data-csrf"], "id": [first]})
    assert answer.status_code == 204
    page = as_alice.page(HERE)
    assert counts(page) == {"Notifications, 1 unread"}
    assert [row.h3.get_text() for row in page.select(".is-unread")] == ["Two"]


def test_all_can_be_read_at_once_without_a_script(as_alice, services, alice, tell):
    for number in range(120):
        tell(ago=number)
    assert as_alice.post_form(f"{HERE}/read", form_at=HERE).location == HERE
    page = as_alice.page(HERE)
    assert counts(page) == {"Notifications"}
    assert not page.select(".is-unread, .told-bar, [data-unread]")


@pytest.mark.parametrize("ids", [["x" * 70], ["\0"], ["é"], ["nobody's"] * 500])
def test_ids_that_are_none_read_nothing(as_alice, services, alice, tell, ids):
    tell()
    as_alice.post_form(f"{HERE}/read", {"id": ids}, form_at=HERE)
    assert services.store.get_user(alice.user_id).unread == 1


def test_bob_reads_nothing_of_alices(as_bob, services, alice, tell):
    row = tell()
    as_bob.post_form(f"{HERE}/read", {"id": [row.notification_id]}, form_at="/settings")
    assert services.store.get_user(alice.user_id).unread == 1
    assert rows(as_bob.page(HERE)) == []


# Sending again


def test_what_failed_is_sent_again_and_leads_back(as_alice, services, alice, tell):
    preferences.change(services.store, alice.user_id, confirmed_email=alice.email)
    row = tell(ways=[("email", "failed", "The mailbox is full."), ("webhook", "sent", "")])
    form = rows(as_alice.page(f"{HERE}?state=failed"))[0].form
    data = {each["name"]: each["value"] for each in form.find_all("input")}
    assert as_alice.post(form["action"], data=data).location == f"{HERE}?state=failed"
    services.queue.run(services)
    states = [
        way.status for way in services.store.get_notification(alice.user_id, row.notification_id).deliveries
    ]
    assert states == ["sent", "sent"]
    assert services.messenger.sent[-1].to == alice.email


def test_sending_again_leads_nowhere_else(as_alice, tell):
    row = tell(ways=[("email", "failed", "")])
    sent = {"channel": "email", "back": "//evil.example/"}
    assert as_alice.post_form(f"{HERE}/{row.notification_id}/retry", sent, form_at=HERE).location == HERE


def test_the_history_asks_the_store_a_handful_of_times(as_alice, tell, services):
    for number in range(30):
        tell(ago=number)
    as_alice.page(HERE)
    with statements() as sent:
        as_alice.page(HERE)
    assert len(sent) <= 3, sent  # session, user, rows
