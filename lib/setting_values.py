"""How settings are written, where one holds more than a word: pairs, networks, a database's address; and a file with a secret."""

import os
import re
import secrets
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

MAY_BE_PLAIN = {
    "",
    "disable",
    "allow",
    "prefer",
}  # the values of sslmode with which libpq goes on without TLS
# What SQLAlchemy finds no password in: it takes all up to the last "@" for who signs in, with "/", "?" and "#" in it.
NO_PASSWORD = re.compile(r"postgresql[^:@]*://([^:@/?#]+@)?[^@/?#]*(/[^@?#]*)?(\?[^@#]*)?")
TWO_WAYS_IN = (
    "DATABASE_SECRET must be set along with a DATABASE_URL without a password, such as postgresql://planner@host/name: it comes"
    " from that secret"
)
OPEN_DATABASE = (
    "DATABASE_URL needs TLS along with DATABASE_SECRET outside of APP_ENV=local: use sslmode=verify-full, or leave it out, which"
    " is require"
)


def pairs(text: str) -> dict[str, str]:
    """Read "a=b,c=d". Raises ValueError for anything else."""
    found = [pair.strip().partition("=") for pair in text.split(",") if text.strip()]
    if not all(name and value for name, _, value in found) or len({name for name, *_ in found}) < len(found):
        raise ValueError("write name=value with commas between them, each name once")
    return {name: value for name, _, value in found}


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network.strip()) for network in text.split(",") if text.strip())


def write_once(path: Path, content: str) -> None:
    """Create a file only we can read; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    with draft.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # after a power cut there is the whole secret, or none
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def troubles_of_database(url: str, *, is_local: bool) -> Iterator[str]:
    """What is wrong with DATABASE_URL where DATABASE_SECRET has the password."""
    asked = _asked(url)
    if not NO_PASSWORD.fullmatch(url) or "password" in asked:
        yield TWO_WAYS_IN
    if not is_local and MAY_BE_PLAIN & {*asked.get("sslmode", [])}:
        yield OPEN_DATABASE


def with_tls(url: str) -> str:
    """A PostgreSQL's address that says how TLS is used: as it does, or else that it is."""
    if "sslmode" in _asked(url):
        return url
    return f"{url}{'&' if '?' in url else '?'}sslmode=require"


def _asked(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, keep_blank_values=True)
