"""S3 is the planner's Files: one private bucket, everything in it encrypted, links signed when they are clicked."""

import logging
import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from aws_config.account import account_of
from aws_config.faults import SENTENCES, code_of, translated
from aws_config.session import AWS
from lib import file_keys
from lib.errors import Invalid, NotFound, TooLarge, Unavailable
from lib.file_links import disposition
from lib.ports import StoredFile, Upload
from lib.receipts.kinds import TYPES

ENCRYPTION = "AES256"
REPORT_LASTS = timedelta(hours=24)
_IN_MEMORY = 1 << 20  # bytes; what is larger waits in a temporary file
log = logging.getLogger(__name__)
_ABSENT = frozenset({"NoSuchKey", "404"})


class S3Client:
    """`lib.ports.Files` in a bucket that `scripts/setup_aws_resources.py` made."""

    def __init__(self, aws: AWS, bucket: str) -> None:
        self._aws, self._bucket = aws, bucket

    @property
    def _s3(self) -> Any:
        return self._aws.client("s3")

    @cached_property
    def _ours(self) -> dict[str, str]:
        """The bucket while it is our account's: under a name that was given up, it may be anyone's. S3 refuses that one.

        Links and forms cannot say so, as browsers would have to; what they may reach is up to the role that signs them.
        """
        return {"Bucket": self._bucket, "ExpectedBucketOwner": account_of(self._aws).number}

    def check(self) -> None:
        with translated("files"):
            self._s3.head_bucket(**self._ours)

    def put(self, key: str, data: BinaryIO) -> None:
        file_keys.checked(key)
        # Read to its end first: a sender that breaks off then leaves what was there, and AWS gets it whole or not at all.
        with _room(), _spool() as whole:
            shutil.copyfileobj(data, whole, _IN_MEMORY)
            whole.seek(0)
            with translated("files"):
                self._s3.put_object(
                    **self._ours,
                    Key=key,
                    Body=whole,
                    ContentType=_type_of(key),
                    ServerSideEncryption=ENCRYPTION,
                )

    def open(self, key: str, most: int | None = None) -> BinaryIO:
        file_keys.checked(key)
        whole = _spool()
        try:
            with _room(), _found():
                answer = self._s3.get_object(**self._ours, Key=key)
                with closing(answer["Body"]) as body:
                    if most is not None and answer["ContentLength"] > most:
                        raise TooLarge
                    shutil.copyfileobj(body, whole, _IN_MEMORY)  # raises when it is cut off before its end
            whole.seek(0)
        except BaseException:
            whole.close()
            raise
        return whole

    def remove(self, key: str) -> None:
        file_keys.checked(key)
        with translated("files"):
            self._s3.delete_object(**self._ours, Key=key)

    def list(self, prefix: str) -> list[str]:
        return sorted(file.key for file in self.look_through(prefix))

    def look_through(self, prefix: str) -> Iterator[StoredFile]:
        """What is below a prefix that ends in "/", with sizes, in S3's order."""
        file_keys.checked_prefix(prefix)
        with translated("files"):
            pages = self._s3.get_paginator("list_objects_v2")
            for page in pages.paginate(**self._ours, Prefix=prefix):
                for found in page.get("Contents", ()):
                    yield StoredFile(found["Key"], found["Size"], found["LastModified"])

    def head(self, key: str) -> StoredFile:
        """What is known of a file without reading it. Raises NotFound."""
        file_keys.checked(key)
        with _found():
            answer = self._s3.head_object(**self._ours, Key=key)
        return StoredFile(key, answer["ContentLength"], answer["LastModified"])

    @property
    def origin(self) -> str:
        with suppress(Unavailable):  # without credentials there are no links either
            return self._origin
        return ""

    @cached_property
    def _origin(self) -> str:
        url = urlsplit(self._link("get_object", REPORT_LASTS, Key="receipts"))
        return f"{url.scheme}://{url.netloc}"

    def link(self, key: str, lasts: timedelta, name: str, *, inline: bool) -> str:
        """To sign when it is clicked: one that a role signs ends with the role's own credentials."""
        return self._link(
            "get_object",
            lasts,
            Key=file_keys.checked(key),
            ResponseContentDisposition=disposition(name, inline=inline),
            ResponseContentType=_type_of(key),
        )

    def get_report_url(self, key: str, lasts: timedelta = REPORT_LASTS) -> str:
        """A link that saves a report under its own name."""
        name = _below("reports/", key).rpartition("/")[2]
        return self._link(
            "get_object", lasts, Key=key, ResponseContentDisposition=f'attachment; filename="{name}"'
        )

    def upload_link(self, key: str, most: int, lasts: timedelta) -> Upload:
        """A PUT's size cannot be bounded."""
        kind = _type_of(file_keys.checked(key))
        return Upload(key, self._link("put_object", lasts, Key=key, ContentType=kind), {})

    def upload_form(self, key: str, most: int, lasts: timedelta) -> Upload:
        fixed = {
            "Content-Type": _type_of(file_keys.checked(key)),
            "x-amz-server-side-encryption": ENCRYPTION,
        }
        with translated("files"):
            form = self._s3.generate_presigned_post(
                self._bucket,
                key,
                Fields=fixed,
                Conditions=[
                    ["content-length-range", 1, most],
                    *({name: value} for name, value in fixed.items()),
                ],
                ExpiresIn=_seconds(lasts),
            )
        return Upload(key, form["url"], form["fields"])

    def _link(self, operation: str, lasts: timedelta, **what: str) -> str:
        with translated("files"):
            url: str = self._s3.generate_presigned_url(
                operation, Params={"Bucket": self._bucket, **what}, ExpiresIn=_seconds(lasts)
            )
        return url


def _spool() -> BinaryIO:
    return cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))


def _type_of(key: str) -> str:
    return TYPES.get(key.rpartition(".")[2]) or mimetypes.guess_type(key)[0] or "application/octet-stream"


def _below(folder: str, key: str) -> str:
    if not file_keys.checked(key).startswith(folder):
        raise Invalid("This is not the name of a file here.")
    return key


def _seconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds())


@contextmanager
def _room() -> Iterator[None]:
    """For this machine's own temporary files, whose disk may be full."""
    try:
        yield
    except OSError as error:
        log.warning("files: cannot keep a temporary file (%s)", error.strerror)
        raise Unavailable(SENTENCES["files"], part="files") from error


@contextmanager
def _found() -> Iterator[None]:
    """NotFound for a key that is not there."""
    with translated("files"):
        try:
            yield
        except ClientError as error:
            if code_of(error) in _ABSENT:
                raise NotFound from None
            raise
