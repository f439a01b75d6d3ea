"""Months, days and whose "today" it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Invalid
from lib.periods import Month, today_in, zone

months = st.builds(Month, st.integers(1970, 2199), st.integers(1, 12))


def test_a_month_prints_as_it_is_read():
    assert str(Month.parse("2026-11")) == "2026-11"
    assert Month.of(date(2026, 11, 21)) == Month(2026, 11)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-1", "2026-13", "2026-00", "1969-12", "2200-01", "2026-11-21", " 2026-11", "2026-+1", "２０２６-11", "٢٠٢٦-11"],
)  # fmt: skip
def test_what_is_no_month_is_refused_in_words(text):
    with pytest.raises(Invalid, match=r"such as 2026-11\.") as refused:
        Month.parse(text)
    assert refused.value.field == "month"


def test_a_month_that_was_saved_is_read_whatever_may_be_typed_today():
    for month in (Month(2026, 11), Month(2200, 1), Month(1969, 12)):
        assert Month.stored(str(month)) == month


def test_months_have_neighbours_up_to_the_first_and_the_last():
    assert (Month(1970, 1).before, Month(1970, 1).after) == (None, Month(1970, 2))
    assert (Month(2199, 12).before, Month(2199, 12).after) == (Month(2199, 11), None)


def test_a_month_ends_where_the_next_begins():
    assert (Month(2026, 12).first, Month(2026, 12).end) == (date(2026, 12, 1), date(2027, 1, 1))
    assert (Month(2028, 2).days, Month(2028, 2).last) == (29, date(2028, 2, 29))
    assert Month(2199, 12).end == date(2200, 1, 1)


@given(months, st.integers(-600, 600))
def test_adding_months_and_taking_them_back_changes_nothing(month, number):
    assert month.plus(number).plus(-number) == month


@given(months, st.integers(0, 60))
def test_a_range_of_months_leaves_its_end_out(month, number):
    found = list(month.until(month.plus(number)))
    assert found == [month.plus(n) for n in range(number)]
    assert all(one.end == other.first for one, other in zip(found, found[1:], strict=False))


@given(months)
def test_every_day_of_a_month_belongs_to_it(month):
    days = [month.first + timedelta(days=n) for n in range(month.days)]
    assert {Month.of(day) for day in days} == {month}
    assert days[-1] == month.last


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [("Pacific/Kiritimati", 22), ("Pacific/Pago_Pago", 20), ("UTC", 21), ("Europe/Berlin", 21)],
)
def test_today_is_the_persons_not_the_servers(time_zone, day):
    assert today_in(time_zone, datetime(2026, 11, 21, 10, 30, tzinfo=UTC)) == date(2026, 11, day)


def test_a_moment_without_a_time_zone_has_no_today():
    with pytest.raises(ValueError, match="time zone"):
        today_in("UTC", datetime(2026, 11, 21))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "europe/berlin", "Mars/Base", "../../etc/passwd", "/etc/passwd", "a\0b", "\ud800", "x" * 5000]
    + ["localtime", "posixrules", "right/Europe/Berlin", "zone.tab"],
)  # fmt: skip
def test_only_time_zones_are_time_zones(name):
    with pytest.raises(Invalid) as refused:
        zone(name)
    assert refused.value.field == "time_zone"
