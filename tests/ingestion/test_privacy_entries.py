"""The privacy scan of whole entries: any bytes, any encoding, any size; the right line, the right column, no value."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import iban
from stdnum.fr import nir

from ingestion.gate import privacy
from ingestion.gate.detectors import folding, lines
from ingestion.gate.privacy import MASKED, PrivacyHit, scan

HEADER = "parcours_id;participant_id;date_entree;age_entree;prescripteur"
PSEUDONYM = "d1a5ac9a015fac2ef7b341673635512a1511f41fe37d111b267f039eec5d4f58"
SECURITY_NUMBER = "185057800608491"

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cut(text: str, cuts: tuple[int, ...], gap: str) -> str:
    return gap.join(text[start:end] for start, end in pairwise((0, *cuts, len(text))))


@st.composite
def security_numbers(draw: st.DrawFn) -> str:
    """A valid number of someone born anywhere, Corsica and abroad included, written in one of the usual ways."""
    department = draw(
        st.sampled_from([*(f"{number:02d}" for number in range(1, 97) if number != 20), "2A", "2B", "99"])
    )
    body = (
        draw(st.sampled_from("12347"))
        + f"{draw(st.integers(0, 99)):02d}{draw(st.sampled_from([*range(1, 13), 20, 35, 99])):02d}{department}"
        + f"{draw(st.integers(1, 990)):03d}{draw(st.integers(1, 999)):03d}"
    )
    cuts = draw(st.sampled_from([(), (13,), (1, 3, 5, 7, 10, 13)]))
    return cut(body + nir.calc_check_digits(body), cuts, draw(st.sampled_from([" ", "\u00a0", ".", "-"])))


@st.composite
def telephones(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(["0623456789", "0723456789", "0123456789", "0262345678", "0590234567"]))
    written = cut(number, (2, 4, 6, 8), draw(st.sampled_from(["", " ", ".", "-"])))
    return draw(st.sampled_from([written, f"+33 {written[1:]}", f"+33(0){written[1:]}", f"0033{written[1:]}"]))


@st.composite
def accounts(draw: st.DrawFn) -> str:
    bban = draw(st.text("0123456789", min_size=23, max_size=23))
    number = "FR" + iban.calc_check_digits(f"FR00{bban}") + bban
    return draw(st.sampled_from([number, number.lower(), cut(number, (4, 8, 12, 16, 20, 24), " ")]))


values = st.one_of(
    st.tuples(st.just("P01"), security_numbers()),
    st.tuples(st.just("P02"), st.sampled_from(["a@b.fr", "jean.dupont@gmail.com"])),
    st.tuples(st.just("P03"), telephones()),
    st.tuples(st.just("P06"), accounts()),
)
harmless_rows = st.sampled_from(
    [
        f"P-000123;{PSEUDONYM};2021-03-01;34;FT",
        f"2016-00123;{PSEUDONYM};1999-12-31;;ML",
        "112345;;2020-02-29;17;CCAS",
        '"mal fermé;x;y',
        "trop;de;cellules;ici;et;là;encore",
        "",
        "é;ü;—;œ;€",
    ]
)


@given(
    planted=values,
    before=st.lists(harmless_rows, max_size=30),
    after=st.lists(harmless_rows, max_size=30),
    template=st.sampled_from(["{}", "P-1;{};;;", ";;;;{}", '"{}";x', 'P-1;"dit : {} (voir)";;;', "texte {} texte"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32-be"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@unhurried
def test_a_planted_value_is_found_on_its_line_whatever_surrounds_it(
    planted: tuple[str, str], before: list[str], after: list[str], template: str, encoding: str, end: str
) -> None:
    rule, value = planted
    text = end.join([HEADER, *before, template.format(value), *after])
    hits = scan("parcours.csv", text.encode(encoding), "utf-8")
    assert [(hit.rule, hit.resource, hit.line) for hit in hits] == [(rule, "parcours", len(before) + 2)]


@given(
    planted=values,
    filling=st.sampled_from(["x", "é", "0 ", ";", "ab12", "\u00a0", "-", '"']),
    shift=st.integers(0, 4096),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
@unhurried
def test_a_value_on_an_endless_line_is_counted_once_wherever_the_line_is_cut(
    planted: tuple[str, str], filling: str, shift: int, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PIECE", 2_048)
    monkeypatch.setattr(folding, "BLOCK", 777)
    rule, value = planted
    text = f"{filling * shift};;{value};;{filling * 3_000}"
    hits = scan("notes.txt", text.encode(encoding), "utf-8")
    assert (hits.counts, [hit.line for hit in hits]) == ({rule: 1}, [1])


@given(lengths=st.lists(st.integers(0, 400), min_size=1, max_size=40))
@unhurried
def test_lines_are_counted_through_to_the_end_of_a_long_entry(
    lengths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PIECE", 2_048)
    monkeypatch.setattr(folding, "BLOCK", 777)
    rows = [f"{'x' * length};a@b.fr" if length % 3 == 0 else "y" * length for length in lengths]
    hits = scan("notes.txt", "\n".join(rows).encode(), None)
    assert [hit.line for hit in hits] == [line for line, row in enumerate(rows, start=1) if "@" in row]


def test_a_value_at_the_seam_of_two_real_pieces_is_found() -> None:
    for shift in range(-20, 20, 3):
        text = b"x;" * ((lines.PIECE + shift) // 2) + b"185057800608491;\na@b.fr\n"
        hits = scan("notes.txt", text)
        assert [(hit.rule, hit.line) for hit in hits] == [("P01", 1), ("P02", 2)]


@unhurried
@given(st.binary(max_size=3_000), st.sampled_from([None, "utf-8", "cp1252", "utf-16", "punycode", "hex", "no such"]))
def test_any_bytes_can_be_scanned(data: bytes, encoding: str | None) -> None:
    hits = scan("participants.csv", data, encoding)
    assert sum(hits.counts.values()) >= len(hits)
    assert all(hit.line is None or 1 <= hit.line <= len(data) + 1 for hit in hits)


def test_the_column_is_named_when_the_header_is_known_and_the_line_splits() -> None:
    text = f'{HEADER};note\nP-1;{SECURITY_NUMBER};;;;\nP-1;;;;;a@b.fr\n"P;1";;;;;06 12 34 56 78\na@b.fr;trop court\n'
    hits = scan("parcours.csv", text.encode(), "utf-8")
    assert list(hits) == [
        PrivacyHit("P01", "parcours", "participant_id", 2),
        PrivacyHit("P02", "parcours", "note", 3),
        PrivacyHit("P03", "parcours", "note", 4),
        PrivacyHit("P02", "parcours", None, 5),
    ]


def test_no_column_is_named_after_a_first_row_that_is_no_header() -> None:
    hits = scan("contacts.csv", b"DUPONT;Jean;x\nMARTIN;Luc;06 12 34 56 78\n")
    assert list(hits) == [PrivacyHit("P03", "contacts", None, 2)]


def test_a_column_whose_name_could_be_a_value_is_given_by_its_number() -> None:
    hits = scan("parcours.csv", f"parcours_id;Dupont 1985\nP1;{SECURITY_NUMBER}\n".encode())
    assert list(hits) == [PrivacyHit("P01", "parcours", "colonne 2", 2)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("datapackage.json", json.dumps({"plie": {"contact": "jean\u00a0@ gmail.com"}}, indent=1)),
        ("datapackage.json", '{"contact": "jean.dupont\\u0040gmail.com"}'),
        ("datapackage.json", '{"contact": "Jean\\njean@gmail.com\\t'),
        ("notes.txt", "Bonjour,\nécrire à jean@gmail.com"),
        ("sans-nom", "jean@gmail.com"),
        ("parcours.csv", '"jean@gmail.com'),
        ("parcours.csv", "a\rjean@gmail.com\rb"),
        ("parcours.csv", "\0j\0e\0a\0n\0@\0g\0m\0a\0i\0l\0.\0c\0o\0m"),
        ("parcours.csv", "parcours_id\nje\u200ban@gm\u00adail.com"),
    ],
)
def test_an_address_is_found_in_every_kind_of_entry(name: str, text: str) -> None:
    assert scan(name, text.encode(), "utf-8").counts == {"P02": 1}


def test_a_telephone_number_written_in_json_escapes_is_found() -> None:
    assert scan("x.json", b'{"t": "T\\u00e9l:\\n\\u0030612345678", "u": "06\\/12\\/34\\/56\\/78"}').counts == {"P03": 2}


def test_a_line_that_is_in_no_encoding_is_read_both_ways_and_counted_once() -> None:
    text = b"06\xc2\xa012\xc2\xa034\xc2\xa056\xc2\xa078 \xe9\n06\xa012\xa034\xa056\xa078\n0612345678 \xe9\n"
    hits = scan("notes.txt", text, "utf-8")
    assert [(hit.rule, hit.line) for hit in hits] == [("P03", 1), ("P03", 2), ("P03", 3)]


def test_a_declared_encoding_is_believed_where_bytes_cannot_tell() -> None:
    text = "\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d 0\uff16 12 34 56 78".encode("utf-16-le")
    assert scan("notes.txt", text, "utf-16-le").counts == {"P03": 1}


def test_hits_are_described_up_to_a_limit_and_counted_beyond() -> None:
    text = "\n".join(f"06 12 34 {number:02d} 78 ; a@b.fr" for number in range(100)) * 5
    hits = scan("notes.txt", text.encode())
    assert hits.counts["P02"] == 496
    assert hits.counts["P03"] == 500
    assert [hit.rule for hit in hits].count("P02") == privacy.SHOWN_HITS
    assert len(hits) <= 1_000


def test_the_name_of_an_entry_is_searched_and_not_repeated() -> None:
    hits = scan("jean.dupont@gmail.com.csv", b"parcours_id\nP1\n06 12 34 56 78\n")
    assert list(hits) == [PrivacyHit("P02", MASKED, None, None), PrivacyHit("P03", MASKED, "parcours_id", 3)]
    assert scan("x.csv", b"a@b.fr", resource="0612345678")[0].resource == MASKED


def test_an_entry_that_is_no_text_says_so() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", bytes(range(256)) * 40)
    assert scan("classeur.xlsx", buffer.getvalue()).is_opaque
    for encoding in ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-32"):
        assert not scan("notes.txt", ("Été à Noël ; œuvre\n" * 30).encode(encoding)).is_opaque


@unhurried
@given(values)
def test_the_value_is_in_no_hit_and_no_log(planted: tuple[str, str]) -> None:
    _, value = planted
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        text = f"{value};parcours_id\n{value};{value}\nP1;{value}\n"
        hits = scan("parcours.csv", text.encode(), "utf-8")
    finally:
        logging.getLogger().removeHandler(handler)
    assert len(hits) >= 4
    assert value not in repr(hits)
    assert not [record for record in records if value in record.getMessage()]


def test_a_candidate_keeps_its_text_out_of_its_own_description() -> None:
    for detector in privacy.DETECTORS:
        for candidate in detector.candidates(f"{SECURITY_NUMBER} a@b.fr 0612345678".encode()):
            assert candidate.text not in repr(candidate)


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe", b"\xff\xfe\x00\x00"])
def test_a_false_mark_of_a_wide_encoding_hides_nothing(mark: bytes) -> None:
    hits = scan("etapes.csv", mark + b"etape_id;parcours_id\nx;jeanne.martin@exemple.fr\n", "utf-8")
    assert {hit.rule for hit in hits} == {"P02"}
