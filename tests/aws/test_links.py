"""Links and forms that a browser uses by itself, at a server that looks at their signatures: MiniStack."""

import base64
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from aws_config.s3_client import S3Client
from lib.ports import Upload
from tests.aws.ministack import Emulator

pytestmark = pytest.mark.aws
MOST = 1000
HOUR = timedelta(hours=1)


class Browser:
    """Knows nobody's credentials."""

    def __init__(self, emulator: Emulator) -> None:
        self.http = requests.Session()
        self.http.verify = emulator.ca_bundle or True
        self.http.trust_env = False

    def put(self, url: str, content: bytes, kind: str) -> int:
        return self.http.put(url, content, headers={"Content-Type": kind}, timeout=10).status_code

    def post(self, upload: Upload, content: bytes, **changed: str) -> int:
        fields = {**upload.fields, **changed}
        return self.http.post(upload.url, fields, files={"file": ("r.jpg", content)}, timeout=10).status_code


@pytest.fixture
def browser(ministack_server: Emulator) -> Browser:
    return Browser(ministack_server)


@pytest.fixture
def files(ministack_server: Emulator) -> Iterator[S3Client]:
    ministack_server.reset()
    root = ministack_server.root()
    root.client("s3").create_bucket(Bucket="files")
    return S3Client(root, "files")


def kept(files: S3Client, key: str) -> bytes:
    with files.open(key) as stream:
        return stream.read()


def test_a_receipts_link_shows_it(files: S3Client, browser: Browser) -> None:
    files.put("receipts/alice/e1.jpg", io.BytesIO(b"\xff\xd8"))
    answer = browser.http.get(files.link("receipts/alice/e1.jpg", HOUR, "e1.jpg", inline=True), timeout=10)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        b"\xff\xd8",
        "image/jpeg",
    )


def test_a_reports_link_saves_it(files: S3Client, browser: Browser) -> None:
    files.put("reports/alice/r.pdf", io.BytesIO(b"%PDF"))
    answer = browser.http.get(files.get_report_url("reports/alice/r.pdf"), timeout=10)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="r.pdf"'


def test_a_link_leads_to_one_file_for_a_time(files: S3Client, browser: Browser) -> None:
    for name in ("e1", "e2"):
        files.put(f"receipts/alice/{name}.jpg", io.BytesIO(name.encode()))
    link = files.link("receipts/alice/e1.jpg", HOUR, "e1.jpg", inline=True)
    past = files.link("receipts/alice/e1.jpg", timedelta(seconds=-1), "e1.jpg", inline=True)
    for other in (link.replace("/e1.jpg", "/e2.jpg"), link.partition("?")[0], link[:-4] + "0000", past):
        assert browser.http.get(other, timeout=10).status_code in (400, 403)
    assert browser.http.delete(link, timeout=10).status_code == 403


def test_a_browser_puts_a_receipt_of_the_type_that_was_signed(files: S3Client, browser: Browser) -> None:
    upload = files.upload_link("receipts/alice/e1.jpg", MOST, HOUR)
    assert browser.put(upload.url, b"<script>", "text/html") == 403
    assert browser.put(upload.url, b"\xff\xd8", "image/jpeg") == 200
    assert kept(files, upload.key) == b"\xff\xd8"


def test_a_form_posts_a_receipt_within_its_bounds(files: S3Client, browser: Browser) -> None:
    upload = files.upload_form("receipts/alice/e1.jpg", MOST, HOUR)
    assert browser.post(upload, b"x" * (MOST + 1)) in (400, 403)
    assert browser.post(upload, b"") in (400, 403)
    assert browser.post(upload, b"x", **{"Content-Type": "text/html"}) == 403
    assert browser.post(upload, b"x", key="receipts/bob/e1.jpg") == 403
    assert files.list("receipts/") == []
    assert browser.post(upload, b"x" * MOST) in (200, 201, 204)
    assert kept(files, "receipts/alice/e1.jpg") == b"x" * MOST


def test_nobody_writes_a_policy_of_their_own(files: S3Client, browser: Browser) -> None:
    upload = files.upload_form("receipts/alice/e1.jpg", MOST, HOUR)
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    policy["conditions"] = [each for each in policy["conditions"] if "content-length-range" not in each]
    forged = base64.b64encode(json.dumps(policy).encode()).decode()
    assert browser.post(upload, b"x" * (MOST + 1), policy=forged) == 403
