"""What S3 adds to the files: encryption, types, and links and forms that a browser uses itself."""

import base64
import io
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aws_config.s3_client import S3Client
from aws_config.session import AWS
from lib import file_keys
from lib.errors import Unavailable
from lib.periods import utc_now
from tests.aws.moto_aws import account, answers

RECEIPT = "receipts/alice/e1.jpg"
HOUR = timedelta(hours=1)


@pytest.fixture
def aws():
    with account() as aws:
        aws.client("s3").create_bucket(Bucket="files")
        yield aws


@pytest.fixture
def files(aws):
    return S3Client(aws, "files")


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_file_is_encrypted_and_has_its_type(aws, files):
    files.put(RECEIPT, io.BytesIO(b"\xff\xd8"))
    kept = aws.client("s3").head_object(Bucket="files", Key=RECEIPT)
    assert (kept["ServerSideEncryption"], kept["ContentType"]) == ("AES256", "image/jpeg")


def test_more_files_than_a_page_are_listed(aws, files):
    def small_pages(params, **_):
        params["MaxKeys"] = 10  # S3 gives a thousand

    aws.client("s3").meta.events.register("provide-client-params.s3.ListObjectsV2", small_pages)
    for number in range(25):
        files.put(f"imports/alice/{number:04}", io.BytesIO(b""))
    assert files.list("imports/alice/") == [f"imports/alice/{number:04}" for number in range(25)]


def test_an_answer_that_is_cut_off_is_no_file(aws, files):
    """S3 says how long a file is; fewer bytes are a broken connection, and never a shorter bank statement."""
    files.put("imports/alice/1", io.BytesIO(b"0123456789"))

    def longer(parsed, **_):
        parsed["Body"]._content_length = "20"

    aws.client("s3").meta.events.register("after-call.s3.GetObject", longer)
    with pytest.raises(Unavailable):
        files.open("imports/alice/1")


def test_a_bucket_that_is_gone_is_an_outage_and_no_missing_file(aws, files):
    aws.client("s3").delete_bucket(Bucket="files")
    with pytest.raises(Unavailable):
        files.open(RECEIPT)


def test_a_refused_put_leaves_what_was_there(aws, files):
    files.put("a/1", io.BytesIO(b"first"))
    answers(aws, "s3.PutObject", "AccessDenied", 403)
    with pytest.raises(Unavailable):
        files.put("a/1", io.BytesIO(b"second"))
    with files.open("a/1") as stream:
        assert stream.read() == b"first"


def test_a_link_says_how_long_it_lasts_and_what_is_to_become_of_the_file(files):
    question = asked(files.link(RECEIPT, HOUR, "Café “1”.jpg", inline=False))
    assert urlsplit(files.link(RECEIPT, HOUR, "a", inline=True)).path.endswith(f"/{RECEIPT}")
    assert (question["X-Amz-Algorithm"], question["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "3600")
    assert question["response-content-type"] == "image/jpeg"
    assert question["response-content-disposition"] == (
        "attachment; filename=\"Caf_ _1_.jpg\"; filename*=UTF-8''Caf%C3%A9%20%E2%80%9C1%E2%80%9D.jpg"
    )


def test_pages_may_show_what_comes_from_there(files):
    assert files.origin == "https://files.s3.amazonaws.com"
    assert files.link(RECEIPT, HOUR, "a.jpg", inline=True).startswith(f"{files.origin}/")


def test_a_link_to_a_report_lasts_a_day_and_saves_it_by_its_name(files):
    question = asked(files.get_report_url("reports/alice/monthly_report_1.pdf"))
    assert question["X-Amz-Expires"] == "86400"
    assert question["response-content-disposition"] == 'attachment; filename="monthly_report_1.pdf"'


def test_a_browser_may_put_one_receipt_of_one_type(files):
    upload = files.upload_link(RECEIPT, 10, HOUR)
    question = asked(upload.url)
    assert (upload.key, upload.fields) == (RECEIPT, {})
    assert (question["X-Amz-Expires"], question["X-Amz-SignedHeaders"]) == ("3600", "content-type;host")


@pytest.mark.parametrize(
    ("extension", "kind"), [("png", "image/png"), ("heic", "image/heic"), ("pdf", "application/pdf")]
)
def test_a_form_may_post_one_receipt_of_one_type_and_a_bounded_size(files, extension, kind):
    key = f"receipts/alice/e1.{extension}"
    upload = files.upload_form(key, 5_000_000, HOUR)
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    assert upload.key == upload.fields["key"] == key
    assert upload.fields["Content-Type"] == kind
    assert ["content-length-range", 1, 5_000_000] in policy["conditions"]
    for wanted in ({"Content-Type": kind}, {"key": key}, {"bucket": "files"}):
        assert wanted in policy["conditions"]
    assert {"x-amz-server-side-encryption": "AES256"} in policy["conditions"]


def test_two_reports_of_one_second_have_two_names():
    names = {file_keys.report_key("alice", "monthly", utc_now()) for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("reports/alice/monthly_report_20") for name in names)


def test_every_request_says_whose_bucket_it_means(aws, files):
    """Emulators do not look; AWS refuses a bucket that is not that account's."""
    said = []
    aws.client("s3").meta.events.register(
        "before-call.s3",
        lambda params, **_: said.append(params["headers"].get("x-amz-expected-bucket-owner")),
    )
    files.check()
    files.put(RECEIPT, io.BytesIO(b"1"))
    files.open(RECEIPT).close()
    files.head(RECEIPT)
    files.list("receipts/alice/")
    files.remove(RECEIPT)
    assert said == ["123456789012"] * 6


@pytest.mark.parametrize(
    ("region", "host"),
    [("us-east-1", "files.s3.amazonaws.com"), ("eu-central-1", "files.s3.eu-central-1.amazonaws.com")],
)
def test_links_and_forms_lead_to_the_bucket_in_its_own_region(monkeypatch, region, host):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "signs")
    files = S3Client(AWS(region), "files")
    urls = [
        files.link(RECEIPT, HOUR, "a.jpg", inline=True),
        files.upload_link(RECEIPT, 1000, HOUR).url,
        files.upload_form(RECEIPT, 1000, HOUR).url,
    ]
    assert {urlsplit(url).netloc for url in urls} == {host}
    assert "expected-bucket-owner" not in "".join(urls)  # a browser could not send it


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4570", "http://localhost:4570"])
def test_an_emulator_is_asked_under_its_own_name(monkeypatch, endpoint):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "signs")
    url = S3Client(AWS("eu-central-1", endpoint=endpoint), "files").link(RECEIPT, HOUR, "a.jpg", inline=True)
    assert url.startswith(f"{endpoint}/files/{RECEIPT}?")
