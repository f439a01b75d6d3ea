"""What is set for sending SMS through a gateway, and what of it does not go together."""

from collections.abc import Iterator
from itertools import permutations
from typing import Literal

from pydantic import BaseModel, SecretStr, ValidationInfo, field_validator

from lib.posting import target_of
from lib.setting_values import pairs


class SmsSettings(BaseModel):
    """A part of `lib.settings.Settings`."""

    sms_url: SecretStr = SecretStr("")  # many gateways take a key in it
    sms_format: Literal["form", "json"] = "form"
    sms_fields: str = "to=To,text=Body,from=From"
    sms_more: str = ""  # fields whose values are always the same
    sms_from: str = ""
    sms_user: str = ""
    sms_password: SecretStr = SecretStr("")
    sms_token: SecretStr = SecretStr("")

    @field_validator("sms_url")
    @classmethod
    def _is_a_gateway(cls, url: SecretStr) -> SecretStr:
        try:
            if given := url.get_secret_value():
                target_of(given)
        except ValueError:
            raise ValueError("write the gateway's whole address, such as https://sms.example/send") from None
        return url

    @field_validator("sms_fields", "sms_more")
    @classmethod
    def _is_in_pairs(cls, text: str, field: ValidationInfo) -> str:
        names = set(pairs(text))
        if field.field_name == "sms_fields" and not {"to", "text"} <= names <= {"to", "text", "from"}:
            raise ValueError(
                "name the gateway's fields for to, text and from, such as to=To,text=Body,from=From"
            )
        return text

    @field_validator("sms_token", "sms_password", "sms_user")
    @classmethod
    def _fits_into_a_header(cls, value: SecretStr | str) -> SecretStr | str:
        text = value if isinstance(value, str) else value.get_secret_value()
        if not text.isprintable() or (isinstance(value, SecretStr) and not text.isascii()):
            raise ValueError("it has characters that no header can hold")
        return value

    def troubles_with_sms(self) -> Iterator[str]:
        if self.sms_token.get_secret_value() and self.sms_user:
            yield "SMS_TOKEN and SMS_USER are two ways of signing in: set one of them"
        if bool(self.sms_user) != bool(self.sms_password.get_secret_value()):
            yield "SMS_USER and SMS_PASSWORD belong together: set both of them"
        fields = [field.removesuffix("[]") for field in (*self.sms_names.values(), *self.sms_fixed)]
        if any(f"{one}.".startswith(f"{two}.") for one, two in permutations(fields, 2)):
            yield "SMS_FIELDS and SMS_MORE use one field for two things"
        if self.sms_url.get_secret_value() and "from" in self.sms_names and not self.sms_from:
            yield "SMS_FROM must be set along with SMS_URL, or SMS_FIELDS without “from”: who the SMS come from"

    @property
    def sms_names(self) -> dict[str, str]:
        """The gateway's names for "to" and "text", and for "from" where it has one."""
        return pairs(self.sms_fields)

    @property
    def sms_fixed(self) -> dict[str, str]:
        return pairs(self.sms_more)
