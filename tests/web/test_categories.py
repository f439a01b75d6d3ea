"""The categories: renamed, added, archived, merged and taken apart."""

import pytest
from bs4 import BeautifulSoup

from lib.categories import DEFAULTS, Categories
from lib.records import User
from lib.services import Services
from tests.pages import PageClient
from web.icons import names
from web.swatches import COLOURS, ICONS

LIST = "/settings/categories"
GROCERIES = "/settings/categories/edit?key=Groceries"


def categories(services: Services, user: User) -> Categories:
    found = services.store.get_user(user.user_id)
    assert found is not None
    return found.categories


def form(page: BeautifulSoup, **changes: str) -> dict[str, str]:
    """The category form as it comes filled in, with some of it changed."""
    filled = {name: page.find("input", {"name": name})["value"] for name in ("name", "was")}  # type: ignore[index]
    for name in ("icon", "colour"):
        filled[name] = page.select_one(f"input[name={name}][checked]")["value"]  # type: ignore[index]
    return filled | changes


def test_all_eighteen_are_there(as_alice: PageClient) -> None:
    rows = as_alice.page(LIST).select(".setting-rows a.category")
    assert len(rows) == 18
    for row in rows:
        as_alice.page(str(row["href"]))


def test_every_default_look_can_be_chosen_again() -> None:
    assert {c.icon for c in DEFAULTS} <= set(dict(ICONS))
    assert [int(number) for number, _ in COLOURS] == list(range(18))
    assert set(dict(ICONS)) <= names()


def test_a_new_name_and_look_is_saved(as_alice: PageClient, alice: User, services: Services) -> None:
    filled = form(as_alice.page(GROCERIES), name="Essen & Trinken 🥖", icon="cart", colour="17")
    assert as_alice.post_form(GROCERIES, filled).status_code == 303
    saved = categories(services, alice)["Groceries"]
    assert (saved.key, saved.name, saved.icon, saved.colour) == (
        "Groceries",
        "Essen & Trinken 🥖",
        "cart",
        17,
    )
    assert "Essen & Trinken 🥖" in as_alice.page(LIST).get_text()


def test_an_own_one_is_added(as_alice: PageClient, alice: User, services: Services) -> None:
    wanted = {"name": "Dog / vet", "icon": "bug", "colour": "3"}
    assert as_alice.post_form("/settings/categories/new", wanted).status_code == 303
    assert categories(services, alice)["Dog / vet"].icon == "bug"
    as_alice.page("/settings/categories/edit?key=Dog%20/%20vet")


@pytest.mark.parametrize("address", ["/settings/categories/new", GROCERIES])
@pytest.mark.parametrize(
    ("field", "value", "status", "words"),
    [
        ("name", "", 400, "up to 40 characters"),
        ("name", "   ", 400, "up to 40 characters"),
        ("name", "x" * 41, 400, "up to 40 characters"),
        ("name", "a\x00b", 400, "cannot be shown"),
        ("name", "transport", 409, "already a category called Transport"),
        ("name", "uncategorised", 409, "already a category"),
        ("icon", "no-such-icon", 400, "Choose an icon"),
        ("icon", "<svg onload=x>", 400, "Choose an icon"),
        ("colour", "18", 400, "Choose a colour"),
        ("colour", "-1", 400, "Choose a colour"),
        ("colour", "blue", 400, "Choose a colour"),
    ],
)
def test_what_cannot_be_is_refused(
    as_alice: PageClient,
    alice: User,
    services: Services,
    address: str,
    field: str,
    value: str,
    status: int,
    words: str,
) -> None:
    filled = {"name": "Pets", "icon": "tag", "colour": "0", "was": "Groceries|basket|1", field: value}
    page = as_alice.look(as_alice.post_form(address, filled), status)
    assert words in page.find("form", action=address).get_text()  # type: ignore[union-attr]
    assert categories(services, alice) == Categories()


def test_a_name_is_text_not_markup(as_alice: PageClient) -> None:
    as_alice.post_form(
        "/settings/categories/new", {"name": "<script>alert(1)</script>", "icon": "tag", "colour": "0"}
    )
    assert "<script>alert(1)</script>" in as_alice.page(LIST).get_text()


def test_the_second_of_two_tabs_is_told(as_alice: PageClient, alice: User, services: Services) -> None:
    both = as_alice.page(GROCERIES)
    as_alice.post_form(GROCERIES, form(both, name="Food shop"))
    page = as_alice.look(as_alice.post_form(GROCERIES, form(both, name="Supermarket")), 409)
    assert "changed in the meantime" in page.get_text()
    assert page.find(id="name")["value"] == "Supermarket"  # type: ignore[index]
    assert categories(services, alice)["Groceries"].name == "Food shop"
    assert as_alice.post_form(GROCERIES, form(page)).status_code == 303
    assert categories(services, alice)["Groceries"].name == "Supermarket"


def test_two_tabs_with_two_categories_do_not_meet(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    housing = "/settings/categories/edit?key=Housing"
    first, second = as_alice.page(GROCERIES), as_alice.page(housing)
    as_alice.post_form(GROCERIES, form(first, name="Food shop"))
    assert as_alice.post_form(housing, form(second, name="Rent")).status_code == 303
    assert [categories(services, alice)[key].name for key in ("Groceries", "Housing")] == [
        "Food shop",
        "Rent",
    ]


def test_an_archived_one_is_not_offered_until_it_is_brought_back(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    as_alice.post_form("/settings/categories/archive", {"key": "Travel"}, form_at=LIST)
    assert "Travel" not in {c.key for c in categories(services, alice).offered}
    assert "Bring back" in as_alice.page(LIST).get_text()
    as_alice.post_form("/settings/categories/restore", {"key": "Travel"}, form_at=LIST)
    assert categories(services, alice) == Categories()


def test_a_merged_one_counts_as_the_other_until_they_are_taken_apart(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    address = "/settings/categories/merge?key=Groceries"
    assert as_alice.post_form(address, {"into": "Shopping"}, form_at=GROCERIES).status_code == 303
    assert categories(services, alice)["Groceries"].key == "Shopping"
    assert "counts as Shopping" in as_alice.page(LIST).get_text()
    as_alice.post_form("/settings/categories/unmerge", {"key": "Groceries"}, form_at=LIST)
    assert categories(services, alice) == Categories()


@pytest.mark.parametrize("into", ["", "Groceries", "No such", "Income", "Transfers", "*"])
def test_it_cannot_be_merged_into_everything(
    as_alice: PageClient, alice: User, services: Services, into: str
) -> None:
    response = as_alice.post_form(
        "/settings/categories/merge?key=Groceries", {"into": into}, form_at=GROCERIES
    )
    page = as_alice.look(response, 400)
    assert "Choose the category" in page.find(id="merge").get_text()  # type: ignore[union-attr]
    assert categories(services, alice) == Categories()


def test_income_and_transfers_stay_what_they_are(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    assert as_alice.page("/settings/categories/edit?key=Income").find(id="merge") is None
    response = as_alice.post_form(
        "/settings/categories/merge?key=Income", {"into": "Other"}, form_at=GROCERIES
    )
    assert response.status_code == 400
    assert categories(services, alice) == Categories()


def test_a_name_taken_meanwhile_keeps_them_together(
    as_alice: PageClient, alice: User, services: Services
) -> None:
    as_alice.post_form("/settings/categories/merge?key=Groceries", {"into": "Shopping"}, form_at=GROCERIES)
    as_alice.post_form("/settings/categories/new", {"name": "groceries", "icon": "tag", "colour": "0"})
    page = as_alice.look(
        as_alice.post_form("/settings/categories/unmerge", {"key": "Groceries"}, form_at=LIST), 409
    )
    assert "already a category called groceries" in page.get_text()
    assert categories(services, alice)["Groceries"].key == "Shopping"


@pytest.mark.parametrize("key", ["", "No such", "Uncategorised", "*", "\x00", "x" * 5000])
def test_a_category_that_is_none_is_not_found(as_alice: PageClient, key: str) -> None:
    assert as_alice.get("/settings/categories/edit", query_string={"key": key}).status_code == 404
    for action in ("archive", "restore", "unmerge"):
        answer = as_alice.post_form(f"/settings/categories/{action}", {"key": key}, form_at=LIST)
        assert answer.status_code == 404


def test_there_is_an_end_to_how_many(as_alice: PageClient, alice: User, services: Services) -> None:
    everything = Categories()
    for number in range(182):
        everything = everything.added(f"Category number {number}")
    services.accounts.save_categories(alice, everything)
    as_alice.page(LIST)
    response = as_alice.post_form(
        "/settings/categories/new", {"name": "One more", "icon": "tag", "colour": "0"}
    )
    assert "200 categories at most" in as_alice.look(response, 400).get_text()
