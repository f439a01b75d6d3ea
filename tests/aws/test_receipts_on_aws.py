"""Receipts where files are S3's: sent by browsers themselves, at a server that looks at signatures; and while S3 is away."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app import create_app
from aws_config.s3_client import S3Client
from lib.errors import Invalid, TooLarge, Unavailable
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.periods import utc_now
from lib.records import User
from lib.services import Services
from lib.settings import Settings
from tests.aws.ministack import Emulator
from tests.aws.moto_aws import account, answers, works
from tests.aws.test_links import Browser
from tests.papers import pdf, photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def aws():
    with account() as aws:
        aws.client("s3").create_bucket(Bucket="files")
        yield aws


@pytest.fixture
def away(services: Services, aws) -> Services:
    """Everything at home, but for files in moto's S3."""
    return replace(services, files=S3Client(aws, "files"))


@pytest.fixture
def sent(services: Services, ministack_server: Emulator) -> Services:
    """Everything at home, but for files in MiniStack's S3."""
    ministack_server.reset()
    root = ministack_server.root()
    root.client("s3").create_bucket(Bucket="files")
    return replace(services, files=S3Client(root, "files"))


def add(services: Services, user: User) -> str:
    return services.expenses.add_expense(user, LUNCH, new_id()).expense_id


@pytest.mark.parametrize("failing", [1, 2])
def test_where_s3_breaks_off_between_two_files_nothing_waits(away, alice, aws, failing):
    """First the thumbnail is put, then the picture."""
    expense, puts = add(away, alice), []

    def count(**_: object) -> None:
        puts.append(1)
        if len(puts) == failing:
            answers(aws, "s3.PutObject", "ServiceUnavailable", 503)

    aws.client("s3").meta.events.register("provide-client-params.s3.PutObject", count)
    with pytest.raises(Unavailable):
        away.receipts.upload_receipt(alice, expense, "r.jpg", io.BytesIO(photo()))
    assert away.receipts.waiting(alice, expense) == []
    works(aws, "s3.PutObject")
    receipt = away.receipts.upload_receipt(alice, expense, "r.jpg", io.BytesIO(photo()))
    assert away.receipts.attach(alice, expense, [receipt.receipt_id]).receipts == (receipt,)


def test_what_was_put_before_s3_went_away_is_attached_all_the_same(away, alice, aws):
    expense = add(away, alice)
    receipt = away.receipts.upload_receipt(alice, expense, "r.pdf", io.BytesIO(pdf()))
    answers(aws, "s3", "ServiceUnavailable", 503)
    assert away.receipts.attach(alice, expense, [receipt.receipt_id]).receipts == (receipt,)


def test_pages_may_show_pictures_from_the_bucket_and_from_nowhere_else(away, aws):
    settings = Settings(
        _env_file=None, backend="aws", ses_from="planner@example.com", secret_key="a secret for tests only"
    )
    client = create_app(settings, replace(away, settings=settings)).test_client()
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://files.s3.amazonaws.com;" in policy
    assert "form-action 'self' https://files.s3.amazonaws.com;" in policy
    assert "default-src 'self';" in policy
    assert client.get("/files/x.y").status_code == 404, "links lead to S3"


@pytest.mark.aws
def test_a_browser_sends_a_receipt_and_cannot_change_it_afterwards(sent, alice, ministack_server):
    browser, expense = Browser(ministack_server), add(sent, alice)
    invited = sent.receipts.generate_presigned_url(alice, "jpg")
    assert browser.put(invited.put.url, photo(200, 300), "text/html") == 403
    assert browser.put(invited.put.url, photo(200, 300), "image/jpeg") == 200
    receipt = sent.receipts.take(alice, expense, invited.put.key)
    sent.receipts.attach(alice, expense, [receipt.receipt_id])
    assert browser.put(invited.put.url, b"<script>", "image/jpeg") == 200, "the link lasts its hour"
    url = sent.receipts.get_receipt_url(alice, expense, receipt.receipt_id)
    seen = browser.http.get(url, timeout=10)
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg")
    assert seen.headers["Content-Disposition"].startswith("inline")
    assert len(seen.content) == receipt.size
    assert sent.receipts.take(alice, expense, invited.put.key) == receipt
    assert sent.receipt_sweep.run() == 0, "it came just now"
    later = replace(sent, now=lambda: utc_now() + timedelta(days=3))
    assert later.receipt_sweep.run() == 1


@pytest.mark.aws
def test_what_a_form_may_not_send_s3_refuses_itself(sent, alice, ministack_server):
    browser, expense = Browser(ministack_server), add(sent, alice)
    invited = sent.receipts.generate_presigned_url(alice, "pdf")
    assert browser.post(invited.form, bytes(invited.most + 1)) in (400, 403)
    assert browser.post(invited.form, b"") in (400, 403)
    assert sent.files.list("receipts/") == []
    assert browser.post(invited.form, pdf("Total")) in (200, 201, 204)
    assert sent.receipts.take(alice, expense, invited.form.key).pages == 1


@pytest.mark.aws
def test_what_was_put_and_is_no_receipt_goes(sent, alice, ministack_server):
    browser, expense = Browser(ministack_server), add(sent, alice)
    for content, words in ((b"<svg/>", "SVG"), (bytes((10 << 20) + 1), "more than fits")):
        invited = sent.receipts.generate_presigned_url(alice, "png")
        assert browser.put(invited.put.url, content, "image/png") == 200
        with pytest.raises((Invalid, TooLarge), match=words):
            sent.receipts.take(alice, expense, invited.put.key)
    assert sent.files.list("receipts/") == []


@pytest.mark.aws
def test_a_pdf_is_only_saved_and_a_link_ends(sent, alice, ministack_server):
    browser, expense = Browser(ministack_server), add(sent, alice)
    receipt = sent.receipts.upload_receipt(alice, expense, "Rechnung Müller.pdf", io.BytesIO(pdf()))
    seen = browser.http.get(sent.receipts.get_receipt_url(alice, expense, receipt.receipt_id), timeout=10)
    assert seen.headers["Content-Disposition"].startswith('attachment; filename="Rechnung M_ller.pdf"')
    key = sent.files.list("receipts/")[0]
    past = sent.files.link(key, timedelta(seconds=-1), "x.pdf", inline=False)
    assert browser.http.get(past, timeout=10).status_code in (400, 403)
    assert browser.http.get(past.partition("?")[0], timeout=10).status_code == 403
