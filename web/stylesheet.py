"""The one stylesheet: the parts of Bootstrap that our pages can use, then our own.

Bootstrap's file is 230 kB, of which a page uses a tenth. Every class that a page can have stands as a word in a template,
a script or a form, so a rule is kept when all the classes it needs are such words. Too many are kept, never too few.
"""

import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z][\w-]*")
_CLASS = re.compile(r"\.(-?[A-Za-z][\w-]*)")
_NOT = re.compile(r":not\([^)]*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_GROUPS = ("@media", "@supports", "@layer", "@container")


def words_in(*texts: str) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text)}


def build(bootstrap: str, own: str, words: set[str]) -> str:
    """Bootstrap's rules for `words` in a layer, so that ours win whatever their specificity, and ours after it."""
    kept = "".join(_needed(_COMMENT.sub("", bootstrap).removeprefix('@charset "UTF-8";'), words))
    return f"@layer bootstrap{{{kept}}}\n{_SPACE.sub(' ', _COMMENT.sub('', own))}"


def _needed(css: str, words: set[str]) -> Iterator[str]:
    for prelude, body in _statements(css):
        if prelude.startswith(_GROUPS):
            inner = "".join(_needed(body, words))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):  # @keyframes: wanted where its name is
            if prelude.split()[-1] in words:
                yield f"{prelude}{{{body}}}"
        else:
            selectors = [
                one for one in prelude.split(",") if words.issuperset(_CLASS.findall(_NOT.sub("", one)))
            ]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _statements(css: str) -> Iterator[tuple[str, str]]:
    """Each `prelude{body}` on the outermost level. The minified file has no braces in strings."""
    start, depth, opened = 0, 0, 0
    for brace in re.finditer(r"[{}]", css):
        if brace.group() == "{":
            if depth == 0:
                opened = brace.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : brace.start()]
                start = brace.end()
