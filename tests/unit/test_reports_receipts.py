"""Receipts in a report: their small pictures, where they are asked for."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from lib.periods import Month
from lib.reporting import album, runs
from lib.reporting.making import make_report
from lib.reporting.periods import month_period
from lib.reporting.thumbnails import KeptThumbnails
from tests.contract.samples import receipt
from tests.unit.report_samples import NOW, expense, pdf_of, text_of

OCTOBER = month_period(Month(2026, 10))


def keep(services, of, number: int, colour: str = "white", content: bytes = b"") -> None:
    """A thumbnail, called as receipts' are."""
    file = BytesIO(content)
    if not content:
        Image.new("RGB", (90, 120 + number), colour).save(file, "JPEG")
        file.seek(0)
    services.files.put(f"receipts/{of.user_id}/{of.expense_id}-{number:032x}-thumb.jpg", file)


@pytest.fixture
def shopping(services, alice):
    """Two expenses with three pictures together, and one with a PDF and a picture that was taken away."""
    receipts = {
        3: (receipt(1), receipt(2)),
        4: (receipt(3),),
        5: (receipt(4, extension="pdf", has_thumbnail=False),),
    }
    made = [
        expense(alice, date(2026, 10, day), day, payee=f"Shop {day}", receipts=held)
        for day, held in receipts.items()
    ]
    services.store.add_expenses(made)
    for number in (1, 2):
        keep(services, made[0], number)
    keep(services, made[1], 3)
    keep(services, made[2], 9)
    return made


def pictures_in(pdf: bytes) -> int:
    return pdf.count(b"/Subtype /Image")


def made(services, alice) -> bytes:
    thumbnails = KeptThumbnails(services.files)
    with make_report(services.store, alice, OCTOBER, NOW, thumbnails) as report:
        return pdf_of(report)


def test_they_are_shown_where_they_were_asked_for_and_nowhere_else(services, alice, shopping):
    kept = []
    for shown in (True, False):
        run = services.reports.ask(alice, OCTOBER, (), str(shown), with_receipts=shown)
        services.queue.run(services)
        _, file = services.reports.open(alice, run.report_id, runs.PDF)
        with file:
            kept.append(pictures_in(file.read()))
    assert kept == [3, 0]


def test_it_stays_so_when_the_report_is_made_again(services, alice, shopping):
    run = services.reports.ask(alice, OCTOBER, (), "one", with_receipts=True)
    services.queue.run(services)
    assert services.reports.again(alice, run.report_id, "two").with_receipts


@pytest.mark.slow
def test_each_stands_over_what_it_is_the_receipt_of(services, alice, shopping, tmp_path):
    text = text_of(made(services, alice), tmp_path)
    section = text[text.index("Receipts\n") :]
    assert section.count("Shop 3") == 2
    assert section.count("Shop 4") == 1
    assert "Oct 3, 2026 · €3.00" in section


@pytest.mark.slow
def test_those_that_are_pdfs_are_counted_and_named(services, alice, shopping, tmp_path):
    text = text_of(made(services, alice), tmp_path)
    pictures, names = text[text.index("Receipts\n") :].split("Receipts that are not shown\n")
    assert "Shop 5" not in pictures
    assert "1 PDF. The planner keeps it." in names
    [row] = [line for line in names.splitlines() if "Shop 5" in line]
    assert " ".join(row.split()) == f"Oct 5, 2026 Shop 5 {shopping[2].receipts[0].name} €5.00"


@pytest.mark.slow
def test_a_month_of_pdfs_only_does_not_look_like_one_without_receipts(services, alice, tmp_path):
    held = tuple(receipt(n, extension="pdf", has_thumbnail=False) for n in (1, 2))
    services.store.add_expenses([expense(alice, date(2026, 10, 5), 5, receipts=held)])
    text = text_of(made(services, alice), tmp_path)
    assert "None of these expenses has one with a picture." in text
    assert "2 PDFs. The planner keeps them." in text


def test_names_come_to_an_end_and_the_rest_is_counted(alice):
    kept = album.Album(lambda each: iter(()))
    held = tuple(receipt(n, extension="pdf", has_thumbnail=False) for n in range(4))
    for number in range(126):
        kept.add(expense(alice, date(2026, 10, 5), number + 1, receipts=held))
    assert (len(kept.named), kept.unnamed) == (album.MOST, 4)
    kept.close()


def test_another_persons_are_never_shown(services, alice, bob, shopping):
    theirs = expense(bob, date(2026, 10, 3), 3, receipts=(receipt(7),))
    services.store.add_expenses([theirs])
    keep(services, theirs, 7)
    assert pictures_in(made(services, alice)) == 3


def test_one_that_is_no_picture_is_left_out(services, alice, shopping):
    keep(services, shopping[1], 3, content=b"\xff\xd8\xff not much of a JPEG")
    assert pictures_in(made(services, alice)) == 2


def test_one_that_was_deleted_just_now_is_left_out(services, alice, shopping):
    thumbnails = KeptThumbnails(services.files)
    assert sum(1 for _ in thumbnails(shopping[0])) == 2
    services.files.remove(f"receipts/{alice.user_id}/{shopping[0].expense_id}-{1:032x}-thumb.jpg")
    assert sum(1 for _ in thumbnails(shopping[0])) == 1


@pytest.mark.slow
def test_there_is_an_end_to_them_and_it_is_said(services, alice, shopping, tmp_path):
    def many(_):
        for _ in range(album.MOST + 1):
            yield BytesIO(b"no picture")

    with make_report(services.store, alice, OCTOBER, NOW, many) as report:
        assert len(report.receipts) == album.MOST
        assert (
            report.receipts.left_out == 2
        )  # the first expense's last, and the second's only one, which nobody opened
        assert "The first 500; a report shows 500 at most." in text_of(pdf_of(report), tmp_path)


def test_an_album_gives_back_what_went_in(alice):
    files = {expense(alice, date(2026, 10, 3), Decimal(n)): [b"a" * n, b"b"] for n in (1, 3_000_000)}
    kept = album.Album(lambda each: (BytesIO(data) for data in files[each]))
    for each in files:
        kept.add(each)
    assert [(p.expense, p.data) for p in kept] == [
        (each, data) for each, them in files.items() for data in them
    ]
    kept.close()
