"""What lines look like, what they say of errors, and what others may say beside us."""

import json
import logging
import logging.config
import sqlite3
import ssl
import subprocess
import sys

import pytest

from lib.errors import Invalid, Unavailable
from lib.logs import Lines, WithoutRequests, config, doing, kind, trace, why
from lib.pseudonyms import Pseudonyms
from lib.settings import Settings
from tests.logged import logged
from tests.web.test_store_away import Away

log = logging.getLogger("lib.tests")


def no_tls(**about) -> ssl.SSLError:
    """As Python raises it where a certificate does not hold."""
    error = ssl.SSLCertVerificationError(1, "certificate is not valid for 'hooks.secret.example'")
    vars(error).update(about)
    return error


def raised(error, cause=None):
    try:
        try:
            raise cause or ValueError("an inner secret")
        except type(cause or ValueError()):
            raise error  # noqa: B904  # what Python notes by itself is looked at as well
    except type(error) as found:
        return found


def test_an_error_is_where_it_came_from_and_what_kind_but_not_what_it_says():
    written = trace(raised(KeyError("a secret"), ValueError("an inner secret")))
    assert "secret" not in written.replace('an inner secret")', "")
    assert written.splitlines()[-1] == "KeyError"
    assert "ValueError\nwhich led to\n" in written
    assert f'File "{__file__}"' in written


def test_what_goes_round_in_circles_ends():
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert trace(first) == "KeyError\nwhich led to\nValueError"


def test_what_was_left_behind_on_purpose_is_not_repeated():
    error = ValueError("a")
    error.__context__, error.__suppress_context__ = KeyError("b"), True
    assert trace(error) == "ValueError"


def locked() -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as found:
        sqlite3.connect(":memory:").execute("select * from nowhere")
    return found.value


class Refused(Exception):
    response = {"Error": {"Code": "ThrottlingException", "Message": "a secret"}}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("a secret"), "ValueError"),
        (locked(), "sqlite3.OperationalError (SQLITE_ERROR)"),
        (OSError(28, "No space left on device", "/a/secret"), "OSError (28 No space left on device)"),
        (
            AttributeError("'User' object has no attribute 'x'"),
            "AttributeError ('User' object has no attribute 'x')",
        ),
        (
            no_tls(reason="CERTIFICATE_VERIFY_FAILED", verify_code=62),
            "ssl.SSLCertVerificationError (1, CERTIFICATE_VERIFY_FAILED, 62)",
        ),
        (Refused("a secret"), f"{__name__}.Refused (ThrottlingException)"),
        (Invalid("“a secret” is no amount", "amount"), "lib.errors.Invalid"),
    ],
)
def test_kinds_have_the_codes_that_help(error, words):
    assert kind(error) == words


def test_our_own_words_are_said_only_of_what_is_ours():
    assert why(Unavailable("The files do not answer.", "files")) == "The files do not answer."
    assert why(Invalid("“12,5x” is no amount", "amount")) == "lib.errors.Invalid"


def test_a_line_is_an_object_that_says_what_it_belongs_to():
    with logged() as lines, doing("task import", "import-1", "a1b2c3"):
        log.info("it is\nso", extra={"ms": 1.5})
        log.error("it is not", exc_info=raised(KeyError("a secret")))
    said, failed = lines.lines
    assert said["time"].endswith("Z")
    assert (said["level"], said["logger"], said["message"], said["ms"]) == (
        "INFO",
        "lib.tests",
        "it is\nso",
        1.5,
    )
    assert (said["route"], said["request_id"], said["user"]) == ("task import", "import-1", "a1b2c3")
    assert (failed["error"], failed["trace"].splitlines()[-1]) == ("ValueError → KeyError", "KeyError")


def test_afterwards_it_belongs_to_what_it_belonged_to_before():
    with logged() as lines, doing("task a", "a"):
        with doing("task b", "b", "who"):
            log.info("within")
        log.info("after")
    assert [(line["route"], line["user"]) for line in lines.lines] == [("task b", "who"), ("task a", "-")]


def test_what_another_formatter_made_of_an_error_is_not_taken_over():
    record = logging.LogRecord("lib", 40, "", 0, "no", (), None)
    record.exc_text = "a secret"
    assert "secret" not in Lines("%(message)s").format(record)


@pytest.mark.parametrize(
    "said",
    ["Invalid request from ip=203.0.113.9: bad /reset/secret", "Error handling request /reset/secret"],
)
def test_the_server_repeats_no_address(said):
    record = logging.LogRecord("gunicorn.error", 30, "", 0, said, (), None)
    assert WithoutRequests().filter(record)
    assert record.getMessage() in ("Invalid request", "Error handling request")


PROCESS = """
import logging, logging.config, lib.logs
from lib.settings import Settings
logging.config.dictConfig(lib.logs.config(Settings(_env_file=None, log_format="json", log_level="{level}")))
for name in ("lib.x", "web.y", "app", "botocore.z", "sqlalchemy.engine"):
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger(name), level)("said")
logging.getLogger("gunicorn.error").warning("Invalid request from ip=203.0.113.9: bad")
"""


@pytest.mark.parametrize(
    ("level", "ours", "others"), [("DEBUG", 4, 2), ("INFO", 3, 2), ("WARNING", 2, 2), ("ERROR", 1, 1)]
)
def test_what_others_say_below_a_warning_is_never_written(level, ours, others):
    done = subprocess.run(
        [sys.executable, "-c", PROCESS.format(level=level)], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    count = [line["logger"] for line in lines].count
    assert [count(name) for name in ("lib.x", "web.y", "app")] == [ours] * 3
    assert [count(name) for name in ("botocore.z", "sqlalchemy.engine")] == [others] * 2
    assert "203.0.113.9" not in done.stdout
    assert done.stderr == ""


AUDIT = """
import logging.config, lib.logs
from lib.identity.events import What
from lib.identity.security_log import _tell
from lib.settings import Settings
logging.config.dictConfig(lib.logs.config(Settings(_env_file=None, log_format="json", log_level="ERROR")))
_tell(What.SIGNED_IN, "0123456789ab")
"""


def test_security_events_are_told_however_little_else_is():
    done = subprocess.run([sys.executable, "-c", AUDIT], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["event"] == "signed-in"


ENDS = """
import logging.config, threading, lib.logs
from lib.settings import Settings
logging.config.dictConfig(lib.logs.config(Settings(_env_file=None, log_format="json")))
lib.logs.say_what_nobody_caught()
def fails(chrysanthemum):
    raise ValueError(chrysanthemum)
thread = threading.Thread(target=fails, args=("a sec" + "ret",))
thread.start()
thread.join()
fails("a sec" + "ret")
"""


def test_what_nobody_caught_is_a_line_too_and_says_no_more_than_others():
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["level"], line["error"]) for line in lines] == [("CRITICAL", "ValueError")] * 2
    assert "a secret" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_text_is_for_people():
    wanted = config(Settings(_env_file=None))
    assert wanted["handlers"]["out"]["formatter"] == "text"
    record = logging.LogRecord("lib.x", 20, "", 0, "done", (), None)
    record.request_id = "abc"
    assert (
        Lines("%(levelname)s %(name)s [%(request_id)s] %(message)s").format(record) == "INFO lib.x [abc] done"
    )


# Pseudonyms


def test_a_person_is_called_the_same_by_every_process_of_an_installation(services):
    first, second = Pseudonyms(services.store), Pseudonyms(services.store)
    assert first.of("id-of-alice") == second.of("id-of-alice") != first.of("id-of-bob")
    assert len(first.of("id-of-alice")) == 12


def test_in_another_installation_they_are_called_otherwise(services):
    name = Pseudonyms(services.store).of("id-of-alice")
    assert services.store.remove_document("-installation", "key", "log")
    assert Pseudonyms(services.store).of("id-of-alice") != name


def test_what_names_people_has_256_random_bits(services):
    Pseudonyms(services.store).of("id-of-alice")
    kept = services.store.get_document("-installation", "key", "log")
    assert len(bytes.fromhex(kept.data["key"])) == 32


def test_as_long_as_the_key_cannot_be_read_nobody_is_named_and_nothing_fails(services):
    store = Away(services.store, "get_document")
    names = Pseudonyms(store)
    assert names.of("id-of-alice") == "-"
    store.calls = ()
    assert names.of("id-of-alice") == Pseudonyms(services.store).of("id-of-alice")


def test_of_two_that_make_the_key_at_once_both_have_the_same(services):
    class Late(Away):
        """Sees nothing at its first look, as if the other had not been there yet."""

        looks = 0

        def __getattr__(self, name):
            if name == "get_document" and not self.looks:
                self.looks = 1
                return lambda *_: None
            return getattr(self.store, name)

    known = Pseudonyms(services.store).of("id-of-alice")
    assert Pseudonyms(Late(services.store)).of("id-of-alice") == known
