"""Words and names that say what was bought: phrases found in a text, each with the kind of purchase it speaks for."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from lib.categorising.text import plain

LONGEST_PHRASE = 5  # words
STRONG, WEAK, GLUED, SHORT, CUT = 1.0, 0.35, 0.75, 0.5, 0.6
SHORTEST_PIECE = 4  # letters of a word that is looked for inside another: the "fuel" of "DUALFUEL"
WIDTH = 16  # letters and spaces: statements cut off what is longer, some after 18
SHORTEST_CUT = 5  # letters that are left of a word
INFLECTED = 6  # letters of a word that may stand before an ending or two: the "garage" of "garagen"


class Kind(NamedTuple):
    """A sort of purchase, such as fuel: what it is filed under unless someone files it elsewhere."""

    key: str
    category: str
    words: str  # for the reason: "a fuel brand or filling station"


class Hit(NamedTuple):
    kind: Kind
    phrase: str  # as it is known
    strength: float  # 1 for a word that says it plainly
    is_name: bool  # of a company, not a word of a language

    @property
    def source(self) -> Literal["brand", "word"]:
        return "brand" if self.is_name else "word"


class Lexicon:
    def __init__(self, sections: Iterable[tuple[Kind, str, Sequence[str]]]) -> None:
        self.phrases: dict[str, list[Hit]] = {}
        self.pieces: dict[str, list[Hit]] = {}
        for kind, language, phrases in sections:
            for phrase in phrases:
                self._add(kind, phrase, is_name=language == "*")
        self._sorted = sorted(word for word in self.pieces if len(word) > 5)

    def _add(self, kind: Kind, phrase: str, *, is_name: bool) -> None:
        weak = phrase.endswith("?")
        phrase = phrase.rstrip("?")
        phrase = phrase if phrase.isascii() else plain(phrase)
        hit = Hit(kind, phrase, WEAK if weak else STRONG, is_name)
        known = self.phrases.setdefault(phrase, [])
        if all(other.kind != kind for other in known):
            known.append(hit)
        if " " in phrase:
            joined = phrase.replace(" ", "")
            if len(joined) > 5:
                self.phrases.setdefault(joined, [hit])
        elif not weak and len(phrase) >= SHORTEST_PIECE and not is_name:
            self.pieces.setdefault(phrase, []).append(
                hit._replace(strength=GLUED if len(phrase) > SHORTEST_PIECE else SHORT)
            )

    def find(self, words: Sequence[str]) -> list[Hit]:
        """What of `words` is known, the longest phrases first; a word inside another where that is all there is."""
        hits: list[Hit] = []
        at = 0
        long = sum(map(len, words)) + len(words) > WIDTH
        while at < len(words):
            for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + length]) if length > 1 else words[at]
                found = self.phrases.get(phrase)
                if found:
                    hits += found
                    break
            else:
                length = 1
                hits += self._inside(words[at]) or self._cut_off(
                    words[at], last=at == len(words) - 1 and long
                )
            at += length
        return hits

    def _inside(self, word: str) -> list[Hit]:
        if word.endswith("s") and word[:-1] in self.phrases:
            return self.phrases[word[:-1]]
        for length in range(len(word) - 1, SHORTEST_PIECE - 1, -1):
            left = len(word) - length
            if left < 3 and length < INFLECTED:
                continue
            start = [] if length == SHORTEST_PIECE and left == 3 else self.pieces.get(word[:length], [])
            found = self.pieces.get(word[-length:], []) + start
            if found:
                return found
        return []

    def _cut_off(self, word: str, *, last: bool) -> list[Hit]:
        """Statements end after so many letters: "SAINSBURYS SUPERMA"."""
        if not last or len(word) < SHORTEST_CUT:
            return []
        at = bisect_left(self._sorted, word)
        if at < len(self._sorted) and self._sorted[at].startswith(word):
            return [hit._replace(strength=hit.strength * CUT) for hit in self.phrases[self._sorted[at]]]
        return []


def read_sections(text: str) -> list[tuple[Kind, str, list[str]]]:
    """The file of words: `= kind | category | words for it`, then a line a language, `*` for names of companies."""
    sections: list[tuple[Kind, str, list[str]]] = []
    kind: Kind | None = None
    for line in text.splitlines():
        if line.startswith("= "):
            key, category, words = (part.strip() for part in line[2:].split("|"))
            kind = Kind(key, category, words)
        elif kind is not None and line and not line.startswith("#"):
            language, phrases = line.split(" ", 1)
            sections.append((kind, language, [p.strip() for p in phrases.split(",") if p.strip()]))
    return sections
