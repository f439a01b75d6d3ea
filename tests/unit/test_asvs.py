"""The table of security requirements is whole, and what it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d", line)
]
STATES = {"held", "not applicable", "not met"}
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has: they are its first.
COUNTS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""


def names_of_tests() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_requirement_of_both_levels_stands_there_once():
    counts = [pair.split(":") for pair in COUNTS.split()]
    asked = [f"{section}.{number + 1}" for section, count in counts for number in range(int(count))]
    assert len(asked) == 253  # 70 of level 1, 183 of level 2
    assert [id for row in ROWS for id in row[0].split(", ")] == asked


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split(",")[0])
def test_a_requirement_has_its_state_and_a_reason(row):
    _, level, what, state, by = row
    assert set(level.split(", ")) <= {"1", "2"}
    assert state in STATES
    assert what
    assert by


def test_what_holds_a_requirement_is_there():
    there = names_of_tests()
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", TEXT))
    assert len(named) > 100
    assert named <= there, named - there
    paths = {name for name in re.findall(r"`([\w./-]+)`", TEXT) if "/" in name and not name.startswith("/")}
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_sections_it_leads_to_are_there():
    for name, anchor in re.findall(r"\]\(([\w./]+)#([\w-]+)\)", TEXT):
        headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_no_template_is_made_of_words_at_run_time():
    code = [ROOT / "app.py", *(path for folder in ("lib", "web") for path in (ROOT / folder).rglob("*.py"))]
    makers = re.compile(r"render_template_string|stream_template_string|\.from_string\(|\bTemplate\(")
    assert len(code) > 100
    assert not [path for path in code if makers.search(path.read_text(encoding="utf-8"))]


def test_how_many_are_not_met_is_said_as_it_is():
    missing = [id for row in ROWS if row[3] == "not met" for id in row[0].split(", ")]
    assert f"{len(missing)} of 253 are not met." in TEXT, missing
