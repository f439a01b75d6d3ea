"""The address that e-mails come from, as SES knows it."""

from collections.abc import Set
from typing import Any

from aws_config.resources.base import Difference, Facts, if_there

ABSENT = ("NotFoundException", "NotFound")


class SenderResource:
    """An address, or its domain. Whether SES may send from it is up to whoever reads its mail, so it is no fact of ours:
    `/health/ready` and the log say what SES thinks."""

    kind = "email address"

    def __init__(self, aws: Any, address: str) -> None:
        self.name = address
        self._ses = aws.client("sesv2")

    def wanted(self) -> Facts:
        return {}

    def actual(self) -> Facts | None:
        domain = self.name.rpartition("@")[2]
        return {} if self._is_known(self.name) or self._is_known(domain) else None

    def create(self) -> None:
        """SES sends it an e-mail with a link to click."""
        self._ses.create_email_identity(EmailIdentity=self.name)

    def change(self, facts: Set[str]) -> None: ...

    def remove(self) -> None:
        """It stays: other installations may send from it too."""

    def opens(self, difference: Difference) -> bool:
        return False

    def _is_known(self, identity: str) -> bool:
        return if_there(lambda: self._ses.get_email_identity(EmailIdentity=identity), *ABSENT) is not None
