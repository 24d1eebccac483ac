"""Text made to keep a pattern busy: the scan ends, finds what is hidden in it, and gives up only by refusing."""

from __future__ import annotations

import pytest

from ingestion.gate import privacy
from ingestion.gate.privacy import scan

MEBIBYTE = 2**20
UNITS = """
@
a@
a@a.
a.a@
0
1
7 7
0 0 0
1 1 1
1.1.1.
06 06
06-
0 -
+33
+33(0)
00
FR76
FR76\x20
fr76 3000
DE89 a
185057800608
2A
a
_
-.
(((
\\u
\\u0041
\\/
é
\u00a0
"
";
;
ab12ab12
0123456789abcdef
""".strip("\n").splitlines()


@pytest.fixture(autouse=True)
def _little_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "EFFORT", 2 * MEBIBYTE)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_mebibyte_of_anything_is_scanned_to_its_end(unit: str, end: str) -> None:
    flood = (unit + end) * (MEBIBYTE // len((unit + end).encode()))
    hits = scan("parcours.csv", f"{flood}\n;a@b.fr;\n{SOUND_ROW}".encode(), "utf-8")
    assert hits.counts["P02"] >= 1
    assert any(hit.rule == "P02" for hit in hits)


SOUND_ROW = "P-000123;2021-03-01;34;FT\n"


def test_a_value_behind_a_flood_of_candidates_is_found() -> None:
    flood = "185057800608492\n" * 5_000
    hits = scan("parcours.csv", f"{flood}185057800608491\n".encode())
    assert [(hit.rule, hit.line) for hit in hits] == [("P01", 5_001)]


def test_more_candidates_than_can_be_examined_count_as_found() -> None:
    flood = "185057800608492\n" * 100_000
    hits = scan("parcours.csv", f"{flood}06 12 34 56 78\n".encode())
    assert hits.counts == {"P01": 1, "P03": 1}


def test_the_search_for_one_rule_that_has_ended_does_not_end_another_nor_begin_again() -> None:
    flood = "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\xe9" * 30_000
    hits = scan("parcours.csv", f"{flood}\na@b.fr\n".encode("cp1252"))
    assert hits.counts == {"P01": 1, "P02": 1}
