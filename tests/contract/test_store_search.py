"""Searching expenses: every word, anywhere, whatever its case or accents, and to the letter."""

import pytest

from lib.errors import Invalid
from lib.records import Filters
from tests.contract.samples import HOSTILE, NOON, every, expense, ids


def found(store, text: str, user_id: str = "id-of-alice", **filters: object) -> list[int]:
    chosen = Filters(text=text, **filters)
    listed = every(store, user_id, chosen)
    assert sum(row.count for row in store.sum_expenses(user_id, chosen)) == len(listed)
    return sorted(int(e.expense_id, 16) for e in listed)


@pytest.mark.parametrize(
    ("payee", "text"),
    [
        ("Café Müller", "cafe muller"),
        ("Café Müller", "MÜLLER CAFÉ"),
        ("Café Müller", "ülle"),
        ("cafe\u0301", "café"),
        ("Straße", "STRASSE"),
        ("STRASSE", "straße"),
        ("İstanbul", "istanbul"),
        ("ﬁsh", "fish"),
        ("Łódź", "łodz"),
        ("ΑΘΗΝΑΣ", "αθηνασ"),
        ("日本語のレシート", "本語"),
        ("Привет", "ПРИВ"),
        ("a", "a"),
        ("ab", "ab"),
        ("ab", "b"),
        ("x ab", "ab"),
        ("R&B", "&"),
        ("🧾 receipt", "🧾"),
    ],
)
def test_words_are_found_whatever_case_and_accents(store, alice, payee, text):
    store.add_expenses([expense(1, payee=payee), expense(2, payee="something else")])
    assert found(store, text) == [1]


@pytest.mark.parametrize(
    "where",
    [{"payee": "needle"}, {"description": "a needle"}, {"note": "x\nneedle\n"}, {"tags": ("a", "needle")}],
)
def test_a_word_is_found_everywhere(store, alice, where):
    store.add_expenses([expense(1, **where), expense(2, category="needle")])
    assert found(store, "needl") == [1]


def test_every_word_must_occur_in_any_order_and_place(store, alice):
    store.add_expenses(
        [expense(1, payee="Market", note="milk"), expense(2, payee="Market"), expense(3, description="milk")]
    )
    assert found(store, "milk  market") == [1]
    assert found(store, " market ") == [1, 2]
    assert found(store, "market mil kk") == []
    assert found(store, "  ") == [1, 2, 3]


@pytest.mark.parametrize("text", [word for text in HOSTILE for word in text.split()])
def test_every_word_of_any_text_finds_it(store, alice, text):
    store.add_expenses([expense(1, note=f"before {text} after"), expense(2, payee="plain")])
    assert found(store, text) in ([1], [1, 2])
    assert 1 in found(store, text)


@pytest.mark.parametrize(
    "text", ["%", "_", "%%%", "100%x", "___", "\\", "\\%", '"', '""', "'", "*", "abc*", "NOT", "OR", "near(", "a:b", "^ab", "-abc", "{a}", "(", "search_text:abc"]
)  # fmt: skip
def test_signs_mean_themselves(store, alice, text):
    store.add_expenses([expense(1, payee=f"<{text}>"), expense(2, payee="abcdefgh 100 near")])
    assert found(store, text) == [1]


def test_a_search_stays_within_its_user_and_its_list(store, alice, bob):
    store.add_expenses([expense(1, payee="needle"), expense(2, payee="needle")])
    store.add_expenses([expense(3, user_id="id-of-bob", payee="needle")])
    store.remove_expenses("id-of-alice", ids([expense(2)]), NOON)
    assert found(store, "needle") == [1]
    assert found(store, "needle", removed=True) == [2]
    assert found(store, "needle", "id-of-bob") == [3]


def test_a_search_follows_every_change(store, alice):
    store.add_expenses([expense(1, payee="before")])
    store.save_expenses([expense(1, payee="after", version=1)])
    assert (found(store, "before"), found(store, "after")) == ([], [1])
    store.remove_expenses("id-of-alice", ids([expense(1)]), NOON)
    assert found(store, "after") == []
    store.restore_expenses("id-of-alice", ids([expense(1)]))
    assert found(store, "after") == [1]
    store.remove_expenses("id-of-alice", ids([expense(1)]), NOON)
    store.purge_expenses(NOON.replace(year=2027))
    store.add_expenses([expense(2, payee="other")])
    assert found(store, "after", removed=True) == found(store, "after") == []
    assert found(store, "other") == [2]


def test_rare_and_frequent_words_are_found_among_thousands(store, alice):
    many = [
        expense(n, payee="Everywhere", note="rare bird" if n % 1000 == 7 else "", description=f"zq{n % 2}")
        for n in range(3000)
    ]
    store.add_expenses(many)
    assert found(store, "everywhere rare") == [7, 1007, 2007]
    assert found(store, "bir") == found(store, "zq1 bird") == [7, 1007, 2007]
    assert found(store, "rare qq") == found(store, "q7 everywhere rare") == []
    assert (
        found(store, "zq0 bird") == found(store, "nowhere") == found(store, "zq2") == found(store, "qq") == []
    )
    assert len(found(store, "every")) == 3000
    assert len(found(store, "zq1 w")) == 1500


def test_a_search_goes_on_over_pages(store, alice):
    store.add_expenses([expense(n, payee=f"needle {n % 3}") for n in range(1300)])
    for sort in ("newest", "smallest"):
        assert len(every(store, filters=Filters(text="needle 1", sort=sort), limit=100)) == 433


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "x" * 201, " ".join(f"w{n}" for n in range(21))]
)
def test_an_impossible_search_is_refused(store, alice, text):
    with pytest.raises(Invalid) as refused:
        store.list_expenses("id-of-alice", Filters(text=text))
    assert refused.value.field == "text"
    with pytest.raises(Invalid):
        store.sum_expenses("id-of-alice", Filters(text=text))
