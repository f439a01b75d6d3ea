"""What AWS answers when something is wrong, in the planner's errors: told apart by code, never by wording.

People read which part does not work, and that nothing is lost. Operators read in the log what to do about it, with the
request's id for AWS's support, and never what the request held.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as vendor
from botocore.parsers import ResponseParserError

from lib.errors import Unavailable, Uncertain

log = logging.getLogger(__name__)

SENTENCES = {
    "store": "The planner cannot reach its records right now. Nothing you saved before is lost; try again in a moment.",
    "files": "The planner cannot use its files right now. What was saved before is safe; try again in a moment.",
    "queue": "The planner cannot take on new work right now. Nothing is lost; try again in a moment.",
    "messenger": "Messages cannot be sent right now; they are tried again.",
    "pictures": "Receipts cannot be read right now. Type in what stands on it.",
    "functions": "That cannot be worked out right now. Nothing is lost; try again in a moment.",
}
# fmt: off
THROTTLED = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown",
    "LimitExceededException", "OverLimit", "KmsThrottled", "TransactionInProgressException",
})
ABSENT = frozenset({
    "404", "NoSuchBucket", "NotFound", "NotFoundException", "ResourceNotFoundException", "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
})
REFUSED = frozenset({
    "403", "AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation",
})
STRANGE = frozenset({  # credentials that AWS does not know
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure",
})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
LATE = frozenset({  # by the clock of whoever asks
    "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
})
_HINTS = {  # by code: what an operator can do about it
    "it is not there: look at AWS_REGION and AWS_PREFIX, then run .venv/bin/python -m scripts.setup_aws_resources": ABSENT,
    "it is in another region: look at AWS_REGION": {
        "301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException",
    },
    "AWS holds us back": THROTTLED,
    "our role may not do this: .venv/bin/python -m scripts.verify_aws_resources says what is missing": REFUSED,
    "AWS does not know our credentials": STRANGE,
    "our credentials have expired": EXPIRED,
    "our signature is refused: this machine's clock may be wrong": LATE,
}
# fmt: on
# Requests that we put together wrongly: mistakes to see as such, not outages that pass.
_OURS = {"ValidationException", "ValidationError", "SerializationException", "MalformedXML", "InvalidAction"}
_OUR_ERRORS = (vendor.ParamValidationError, vendor.UnknownServiceError)
# The request may have arrived; nobody said. All else of botocore's own comes before that, or says no.
_UNANSWERED = (vendor.ReadTimeoutError, vendor.ConnectionClosedError, ResponseParserError)
NOBODY = (
    vendor.NoCredentialsError,
    vendor.PartialCredentialsError,
    vendor.CredentialRetrievalError,
    vendor.ProfileNotFound,
    vendor.TokenRetrievalError,
    vendor.SSOError,
)


def code_of(error: BaseException) -> str:
    """AWS's code for what went wrong, such as "ThrottlingException"; empty when AWS did not answer at all."""
    return (
        str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, vendor.ClientError) else ""
    )


def is_ours(error: BaseException) -> bool:
    """Whether the request itself was wrong: that is nobody's outage, and hiding it would help no one."""
    return isinstance(error, _OUR_ERRORS) or code_of(error) in _OURS


def unavailable(part: str, error: Exception) -> Unavailable:
    """The error to raise from `error`, which is said in the log."""
    log.warning("%s: %s", part, _told(error))
    return Unavailable(SENTENCES[part], part=part)


@contextmanager
def translated(part: str) -> Iterator[None]:
    """Whatever AWS or the way to it refuses becomes Unavailable(part). What has another meaning is caught within."""
    try:
        yield
    except (vendor.ClientError, vendor.BotoCoreError) as error:
        if is_ours(error):
            raise
        raise unavailable(part, error) from error


@contextmanager
def once(part: str) -> Iterator[None]:
    """`translated`, around a single request that must not be made twice: Uncertain where it went out and no answer came."""
    with translated(part):
        try:
            yield
        except _UNANSWERED as error:
            log.warning("%s: handed over, and no answer came (%s)", part, type(error).__name__)
            raise Uncertain("AWS did not say whether it took this.", part) from error


def _told(error: Exception) -> str:
    """For the log: what failed, why, what helps, and the request's id. Nothing that was in the request."""
    if not isinstance(error, vendor.ClientError):
        if isinstance(error, NOBODY):
            return f"no credentials ({type(error).__name__}): give this machine a role, or set AWS_PROFILE"
        return f"AWS does not answer ({type(error).__name__})"
    code, answer = code_of(error), error.response.get("ResponseMetadata", {})
    hint = next((hint for hint, codes in _HINTS.items() if code in codes), "AWS reports a failure")
    return (
        f"{error.operation_name}: {hint} ({code}, status {answer.get('HTTPStatusCode', '?')},"
        f" request {answer.get('RequestId') or 'without an id'})"
    )
