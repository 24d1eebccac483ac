"""How people write what must never arrive (P01, P02, P03, P06), and what only looks like it."""

from __future__ import annotations

import itertools
import random
import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import numdb

from ingestion.gate.detectors import DETECTORS
from ingestion.gate.detectors.lines import line_starts, suspect_lines
from ingestion.gate.detectors.telephone import _is_in_national_plan
from ingestion.gate.privacy import is_clean, scan

SECURITY_NUMBERS = """
185057800608491
1 85 05 78 006 084 91
1850578006084 91
1850578006084-91
1850578006084(91)
1-85-05-78-006-084-91
1.85.05.78.006.084.91
185 057 800 608 491
1 85 05 78 006 084  91
1\u00a085\u00a005\u00a078\u00a0006\u00a0084\u00a091
1\u202f85\u202f05\u202f78\u202f006\u202f084\u202f91
1\u201185\u201105\u201178\u2011006\u2011084\u201191
NIR:185057800608491
NIR185057800608491
P185057800608491
E185057800608491
id185057800608491
P_185057800608491
59-185057800608491
253072B07300470
2 53 07 2B 073 004 70
2 53 07 2a 073 004 43
295109912611193
""".strip().splitlines()

TELEPHONES = """
0612345678
06 12 34 56 78
06.12.34.56.78
06-12-34-56-78
06/12/34/56/78
06_12_34_56_78
06 - 12 - 34 - 56 - 78
0612-34-56-78
0612 345 678
06 12345678
(06) 12 34 56 78
(0)6 12 34 56 78
+33 6 12 34 56 78
+33612345678
+33(0)6 12 34 56 78
+33 (0) 6.12.34.56.78
(+33) 6 12 34 56 78
0033612345678
0033 6 12 34 56 78
01 42 86 82 00
0800 123 456
0 800 123 456
0712345678
0639981234
0590 12 34 56
0590123456
0690 12 34 56
0596 12 34 56
0594 12 34 56
0262 12 34 56
0262.12.34.56
0692 12 34 56
0269 61 23 45
+590 590 12 34 56
+262 262 12 34 56
+508 41 12 34
+687 25 12 34
+689 40 45 67 89
tel0612345678
Tél:06 12 34 56 78
tél.0612345678
75012 06 12 34 56 78
06\u00a012\u00a034\u00a056\u00a078
06\u201112\u201134\u201156\u201178
\u202d0612345678\u202c
\uff10\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18
""".strip().splitlines()

ADDRESSES = """
a@b.fr
jean.dupont@gmail.com
Jean.Dupont+plie@ac-lille.education.fr
<a.b@c.org>
jean @ gmail.com
hélène@free.fr
jean\uff20gmail.com
Écrire à a@b.fr.
""".strip().splitlines()

ACCOUNTS = """
FR7630006000011234567890189
FR76 3000 6000 0112 3456 7890 189
fr76 3000 6000 0112 3456 7890 189
FR76-3000-6000-0112-3456-7890-189
IBAN:FR7630006000011234567890189
IBANFR7630006000011234567890189
FR76 3000 6000 0112 3456 7890 189 de Jean
DE89370400440532013000
GB82 WEST 1234 5698 7654 32
NO9386011117947
MT84MALT011000012345MTLCAST001S
BE71 0961 2345 6769
AD1200012030200359100100
""".strip().splitlines()

HARMLESS = """
2021-03-01
01-02-2021
2021-12-31T22:00:00Z
2021-06-12-10-30-45
2021.06.12.10.30.45
2021-03-01 20211231
2016-00123
P-000123
112345
59.06.001234
06-2016-0123
0000123456
1234,5
0.123456789
1638316800
20211231220000
123456789012345
185057800608492
195137800608491
1 85 05 78 006 084
06 12 34 56
06;12;34;56;78
1850578;00608491
0612345678901
FR7630006000011234567890188
XX7630006000011234567890189
a@b
@jean
PLIE-59-06_20211231T220000Z.zip
PLIE-06-01_20211231
550e8400-e29b-41d4-a716-446655440000
192.168.001.012
a185057800608491
185057.800608491
d1a5ac9a1850578006084918f7b3416736355 e29b
""".strip().splitlines()


def rules_broken_by(text: str) -> set[str]:
    hits = scan("notes.txt", text.encode(), "utf-8")
    assert set(hits.counts) == {hit.rule for hit in hits}
    return set(hits.counts)


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        *(("P01", written) for written in SECURITY_NUMBERS),
        *(("P02", written) for written in ADDRESSES),
        *(("P03", written) for written in TELEPHONES),
        *(("P06", written) for written in ACCOUNTS),
    ],
)
@pytest.mark.parametrize("surroundings", ["{}", "{};", ";{}", '"{}"', "dossier {}, suite", "({})"])
def test_a_value_is_found_as_people_write_it(rule: str, written: str, surroundings: str) -> None:
    assert rules_broken_by(surroundings.format(written)) == {rule}
    assert not is_clean(written)


@pytest.mark.parametrize("written", HARMLESS)
@pytest.mark.parametrize("surroundings", ["{}", "{};{}", '"{}"', "dossier {}, suite"])
def test_what_only_looks_like_a_value_is_left_alone(written: str, surroundings: str) -> None:
    assert rules_broken_by(surroundings.format(written, written)) == set()


def test_digits_of_one_number_are_not_taken_for_another() -> None:
    hits = scan("x.txt", b"1 85 05 78 006 084 91 puis FR76 3000 6000 0112 3456 7890 189 puis +33(0)6 12 34 56 78\n")
    assert hits.counts == {"P01": 1, "P06": 1, "P03": 1}


def test_numbers_that_follow_each_other_are_all_found() -> None:
    hits = scan("x.txt", b"06 12 34 56 78 06 12 34 56 79 1 85 05 78 006 084 91 0262 12 34 56\n")
    assert hits.counts == {"P01": 1, "P03": 3}


def test_the_quick_look_at_the_numbering_plan_agrees_with_asking_every_region() -> None:
    draw = random.Random(3)
    regions = ("FR", "RE", "YT", "GP", "MQ", "GF")
    for _ in range(3_000):
        overseas = draw.choice((262, 263, 269, 590, 594, 596)) * 10**6 + draw.randrange(10**6)
        digits = str(draw.choice((draw.randrange(10**8, 10**9), overseas)))
        asked = any(
            phonenumbers.is_valid_number_for_region(
                phonenumbers.PhoneNumber(
                    country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
                ),
                region,
            )
            for region in regions
        )
        assert _is_in_national_plan(digits) == (asked or digits[0] in "67"), digits[:4]


def test_countries_whose_letters_are_hexadecimal_have_the_eight_digits_that_the_line_pattern_asks_for() -> None:
    leading = []
    for letters in itertools.product("ABCDEF", repeat=2):
        (_, properties), *_ = numdb.get("iban").info("".join(letters))
        digits = re.match(r"(?:[0-9]+!n)*", properties.get("bban", ""))
        if "bban" in properties and digits:
            leading.append(sum(int(size) for size in re.findall(r"[0-9]+", digits.group())))
    assert len(leading) >= 5
    assert min(leading) >= 8


fragments = st.one_of(
    st.sampled_from([*SECURITY_NUMBERS, *TELEPHONES, *ADDRESSES, *ACCOUNTS, *HARMLESS]),
    st.text("0123456789 .-_/()+;@ABabFRtelx", max_size=12),
)


@settings(deadline=None)
@given(st.lists(fragments, max_size=6), st.sampled_from(["", " ", ";", "-", ".", "a", "9"]))
def test_the_pattern_that_picks_out_lines_misses_nothing_that_a_closer_look_would_find(
    parts: list[str], glue: str
) -> None:
    line = glue.join(parts).encode("ascii", "ignore") + b"\n"
    for detector in DETECTORS:
        if any(detector.is_valid(candidate, line) for candidate in detector.candidates(line)):
            (places,) = suspect_lines(line, line_starts(line), [detector.line_pattern])
            assert places.tolist() == [0], detector.rule
