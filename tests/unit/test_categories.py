"""Categories: added, renamed, archived, merged and parted again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.categories import DEFAULTS, MAX_CATEGORIES, UNCATEGORISED, Categories, Category
from lib.errors import Invalid, PlannerError, Taken

STANDARD = Categories()


def test_everyone_starts_with_eighteen_that_look_different():
    assert len(DEFAULTS) == 18
    assert len({(category.name, category.icon, category.colour) for category in DEFAULTS}) == 18
    assert [category.name for category in DEFAULTS if not category.is_spending] == ["Income", "Transfers"]


def test_a_new_name_keeps_the_key():
    renamed = STANDARD.changed("Groceries", name=" Food  shop ", icon="egg", colour=3)
    assert renamed["Groceries"] == Category("Groceries", "Food shop", "egg", 3)
    assert STANDARD["Groceries"].name == "Groceries"


def test_a_name_that_is_free_again_can_be_given_anew():
    renamed = STANDARD.changed("Groceries", name="Food shop", icon="egg", colour=3)
    again = renamed.added("Groceries")
    assert again.find("groceries").key == "Groceries 2"
    assert again["Groceries"].name == "Food shop"


@pytest.mark.parametrize(
    "name", ["groceries", " Groceries ", "GROCERIES", "Groceries\u200b", "Ｇroceries", "uncategorised"]
)
def test_names_that_look_the_same_are_taken(name):
    with pytest.raises(Taken) as refused:
        STANDARD.added(name)
    assert refused.value.field == "name"


def test_accents_are_the_same_however_they_are_encoded():
    with pytest.raises(Taken):
        STANDARD.added("Cafe\u0301").added("Café")


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u2060", "x" * 41, "a\0b", "a\x1bb", "\ud800"])
def test_names_that_cannot_be_shown_or_kept_are_refused(name):
    with pytest.raises(Invalid) as refused:
        STANDARD.added(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["🍕", "Миша и Лена", "ملابس", "=SUM(A1)", "<b>", "*", "x" * 40])
def test_any_other_name_will_do(name):
    added = STANDARD.added(name)
    assert added.find(name).name == name
    assert len(added.find(name).key) <= 60


def test_keys_never_mean_everything_or_nothing():
    assert STANDARD.added("*").find("*").key == "* 2"


def test_there_is_an_end_to_adding():
    many = Categories(tuple(Category(str(n), str(n), "tag", 0) for n in range(MAX_CATEGORIES)))
    with pytest.raises(Invalid, match="200 categories at most"):
        many.added("One more")


def test_an_unknown_key_is_uncategorised():
    assert STANDARD["nothing"].key == UNCATEGORISED
    assert STANDARD["nothing"].is_spending


def test_an_archived_category_is_not_offered_but_still_known():
    archived = STANDARD.archived("Travel")
    assert archived["Travel"] not in archived.offered
    assert archived["Travel"].name == "Travel"
    assert archived.archived("Travel", archived=False) == STANDARD


def test_what_is_merged_counts_as_the_other_until_it_is_parted():
    merged = STANDARD.merged("Shopping", "Other").merged("Other", "Groceries")
    assert merged["Shopping"].key == "Groceries"
    assert merged.keys_counting_as("Groceries") == ["Groceries", "Shopping", "Other"]
    assert merged.find("Shopping") is None
    assert merged.unmerged("Other")["Shopping"].key == "Other"
    assert merged.unmerged("Other").unmerged("Shopping") == STANDARD


@pytest.mark.parametrize(
    ("key", "into"),
    [("Groceries", "Groceries"), ("Income", "Other"), ("Groceries", "nothing"), ("nothing", "Other"), ("Groceries", "Shopping")],
)  # fmt: skip
def test_merging_that_makes_no_sense_is_refused(key, into):
    merged = STANDARD.merged("Shopping", "Groceries")
    with pytest.raises(Invalid):
        merged.merged(key, into)


def test_parting_waits_until_the_name_is_free():
    merged = STANDARD.merged("Shopping", "Other").added("Shopping")
    with pytest.raises(Taken, match="already a category called Shopping"):
        merged.unmerged("Shopping")


@pytest.mark.parametrize("change", ["archived", "unmerged"])
def test_what_is_not_there_cannot_change(change):
    with pytest.raises(Invalid, match="no such category"):
        getattr(STANDARD, change)("nothing")


keys = st.sampled_from([category.key for category in DEFAULTS] + ["Pets", UNCATEGORISED])
steps = st.one_of(
    st.tuples(st.just("added"), st.sampled_from(["Pets", "Groceries", "pets", "Travel"])),
    st.tuples(st.just("changed"), keys, st.sampled_from(["Pets", "Travel", "Fun"])),
    st.tuples(st.just("merged"), keys, keys),
    st.tuples(st.just("unmerged"), keys),
)


@given(st.lists(steps, max_size=25))
def test_whatever_is_done_names_stay_apart_and_every_key_counts_somewhere(done):
    categories = STANDARD
    for name, *arguments in done:
        try:
            if name == "changed":
                key, new_name = arguments
                categories = categories.changed(key, name=new_name, icon="tag", colour=1)
            else:
                categories = getattr(categories, name)(*arguments)
        except PlannerError:
            continue
    live = [category.name.casefold() for category in categories.all if not category.merged_into]
    assert len(live) == len(set(live))
    for category in categories.all:
        assert not categories[category.key].merged_into
        assert category.key in categories.keys_counting_as(categories[category.key].key)
