"""The words people put on expenses to find them together."""

from collections.abc import Sequence

from lib.errors import Invalid
from lib.records import MAX_TAG, MAX_TAGS
from lib.storable import text


def tidy_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Each tag once, whatever its case, without the "#" that some people write before it. A comma separates two."""
    tidied: dict[str, str] = {}
    for part in ",".join(tags).split(","):
        tag = " ".join(part.split()).lstrip("#").strip()
        if tag:
            tidied.setdefault(tag.casefold(), tag)
    return tuple(tidied.values())


def read_tags(typed: str) -> tuple[str, ...]:
    """Tags as people type them, separated by commas. Raises Invalid for too many or too long ones."""
    tags = tidy_tags([typed])
    if len(tags) > MAX_TAGS:
        raise Invalid(f"Use up to {MAX_TAGS} tags, separated by commas.", "tags")
    return tuple(text(tag, "tags", MAX_TAG) for tag in tags)
