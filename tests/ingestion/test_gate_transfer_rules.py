"""Transfer rules T03 to T16: a real bad delivery for each, and the finding that it gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.gate import Examination, examine
from tests.deliveries import CREATED, PLIE, Delivery, a_delivery, a_delta, etape

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
Edit = Callable[[bytes], bytes]
Make = Callable[[], Delivery]


def examined(delivery: Delivery, folder: Path, name: str | None = None, plie_id: str = PLIE) -> Examination:
    return examine(delivery.write(folder, name), plie_id, now=NOW)


def rules_of(examination: Examination) -> list[str]:
    return [finding.rule for finding in examination.findings]


def described(*path: str | int, value: Any) -> Delivery:
    """A delivery whose descriptor has `value` as the member at `path`."""
    delivery = a_delivery()

    def put(members: Any) -> None:
        for step in path[:-1]:
            members = members[step]
        members[path[-1]] = value

    delivery.descriptor_edits.append(put)
    return delivery


def without(*path: str | int) -> Delivery:
    """A delivery whose descriptor lacks the member at `path`."""
    delivery = a_delivery()

    def drop(members: Any) -> None:
        for step in path[:-1]:
            members = members[step]
        del members[path[-1]]

    delivery.descriptor_edits.append(drop)
    return delivery


def descriptor(content: bytes) -> Delivery:
    return entries(lambda them: them.update({"datapackage.json": content}))


def entries(edit: Callable[[dict[str, bytes]], object]) -> Delivery:
    delivery = a_delivery()
    delivery.entries_edits.append(edit)
    return delivery


def altered(resource: str, edit: Edit) -> Delivery:
    """A file altered after it was hashed."""
    return entries(lambda them: them.update({f"{resource}.csv": edit(them[f"{resource}.csv"])}))


def text(resource: str, *edits: Edit, encoding: str = "utf-8") -> Delivery:
    """A file edited before it is hashed, so that only what is in it is wrong."""
    delivery = a_delivery(encodings={resource: encoding})
    content = delivery.content(resource)
    for edit in edits:
        content = edit(content)
    delivery.contents[resource] = content
    return delivery


def swap(old: bytes, new: bytes) -> Edit:
    return lambda content: content.replace(old, new)


def line(number: int, edit: Edit) -> Edit:
    """Edits one physical line (1 = header), its line feed apart."""

    def edited(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number - 1] = edit(lines[number - 1])
        return b"\n".join(lines)

    return edited


def before(added: bytes) -> Edit:
    return lambda content: added + content


def after(added: bytes) -> Edit:
    return lambda content: content + added


def without_resource(name: str) -> Delivery:
    delivery = a_delivery()
    del delivery.rows[name]
    return delivery


def case(rule: str, what: str, make: Make, resource: str | None = None, at: int | None = None) -> Any:
    return pytest.param(rule, make, resource, () if at is None else (at,), id=f"{rule} {what}")


def test_a_sound_delivery_has_no_finding(tmp_path: Path) -> None:
    examination = examined(a_delivery(), tmp_path)
    assert (examination.status, examination.findings) == ("accepted", ())
    assert {name: table.num_rows for name, table in examination.accepted.items()} == {
        "participants": 4,
        "parcours": 4,
        "etapes": 4,
        "sorties": 2,
    }


SOUND = json.dumps(a_delivery().descriptor())
DEEP = json.loads("[" * 20 + "]" * 20)
MEMBERS = [
    ("name",),
    ("created",),
    ("plie",),
    ("resources",),
    *(("plie", name) for name in ("contract", "plie_id", "mode", "coverage", "producer", "pseudonymisation")),
    ("plie", "coverage", "from"),
    ("plie", "coverage", "to"),
    ("plie", "producer", "name"),
    ("plie", "producer", "version"),
    *(("resources", 0, name) for name in ("name", "path", "encoding", "bytes", "hash", "rows")),
]
SPOILED = [
    case("T03", "no descriptor", lambda: entries(lambda them: them.pop("datapackage.json"))),
    case("T03", "no JSON", lambda: descriptor(b"{")),
    case("T03", "JSON in UTF-16", lambda: descriptor(SOUND.encode("utf-16"))),
    case("T03", "not a number", lambda: descriptor(SOUND.replace("[", "[NaN, ", 1).encode())),
    case("T03", "a member twice", lambda: descriptor(SOUND.replace("{", '{"created": "", ', 1).encode())),
    case("T03", "a lone surrogate", lambda: descriptor(SOUND.replace("1.2", "\\ud800").encode())),
    case("T03", "a list", lambda: descriptor(b"[]")),
    case("T03", "null", lambda: descriptor(b"null")),
    case("T03", "nested without end", lambda: descriptor(b"[" * 100_000)),
    case("T03", "nested deeply", lambda: described("x", value=DEEP)),
    case("T03", "too long", lambda: described("x", value="a" * 300_000)),
    case("T03", "plie is null", lambda: described("plie", value=None)),
    case("T03", "contract is a number", lambda: described("plie", "contract", value=1.0)),
    case("T03", "unknown mode", lambda: described("plie", "mode", value="partiel")),
    case("T03", "mode is a list", lambda: described("plie", "mode", value=["full"])),
    case("T03", "coverage is text", lambda: described("plie", "coverage", value="2021")),
    case("T03", "coverage is no date", lambda: described("plie", "coverage", "to", value="2021-02-30")),
    case("T03", "created is a number", lambda: described("created", value=20211231)),
    case("T03", "resources is an object", lambda: described("resources", value={})),
    case("T03", "a resource is null", lambda: described("resources", 0, value=None)),
    case("T03", "rows is text", lambda: described("resources", 0, "rows", value="4")),
    case("T03", "rows is true", lambda: described("resources", 0, "rows", value=True)),
    case("T03", "rows is negative", lambda: described("resources", 0, "rows", value=-1)),
    case("T03", "bytes is immense", lambda: described("resources", 0, "bytes", value=10**300)),
    case("T03", "hash is not sha256", lambda: described("resources", 0, "hash", value="md5:00")),
    case("T03", "unknown resource", lambda: described("resources", 0, "name", value="financements")),
    case("T03", "suppressions in a full delivery", lambda: described("resources", 0, "name", value="suppressions")),
    case("T03", "a resource twice", lambda: described("resources", 1, "name", value="participants")),
    case("T03", "a file twice", lambda: described("resources", 1, "path", value="participants.csv")),
    *(
        case("T03", f"without {'.'.join(map(str, path))}", lambda path=path: without(*path))  # type: ignore[misc]
        for path in MEMBERS
    ),
    case("T04", "unknown version", lambda: described("plie", "contract", value="9.9")),
    case("T05", "another PLIE inside", lambda: described("plie", "plie_id", value="PLIE-13-01")),
    case("T05", "another PLIE altogether", lambda: a_delivery("PLIE-13-01")),
    case("T06", "created is no time", lambda: described("created", value="hier")),
    case("T06", "created has an offset", lambda: described("created", value="2021-12-31T23:00:00+01:00")),
    case("T06", "created does not exist", lambda: described("created", value="2021-12-31T25:00:00Z")),
    case("T06", "created differs from the name", lambda: described("created", value="2021-12-31T22:00:01Z")),
    case("T06", "created is too far ahead", lambda: a_delivery(created=NOW + timedelta(hours=24, seconds=1))),
    case("T07", "a declared file is absent", lambda: entries(lambda them: them.pop("etapes.csv"))),
    case("T07", "an undeclared file", lambda: entries(lambda them: them.update({"notes.txt": b"x"}))),
    case("T07", "a path outside", lambda: described("resources", 0, "path", value="../participants.csv")),
    case("T08", "other bytes", lambda: altered("etapes", swap(b"CDDI", b"AIDE")), "etapes"),
    case("T08", "truncated", lambda: altered("etapes", lambda content: content[:-40]), "etapes"),
    case("T08", "other count of bytes", lambda: described("resources", 2, "bytes", value=3), "etapes"),
    case("T09", "more rows announced", lambda: described("resources", 3, "rows", value=3), "sorties"),
    case("T09", "fewer rows announced", lambda: described("resources", 3, "rows", value=1), "sorties"),
    case("T10", "cp1252 as utf-8", lambda: text("etapes", line(3, swap(b"E2", b"\xc92"))), "etapes", 3),
    case("T10", "not cp1252", lambda: text("etapes", line(5, after(b"\x81")), encoding="cp1252"), "etapes", 5),
    case("T10", "beyond the contract", lambda: described("resources", 0, "encoding", value="utf-16"), "participants"),
    case(
        "T11", "a missing column", lambda: text("sorties", swap(b";secteur_naf", b""), swap(b";C\n", b"\n")), "sorties"
    ),
    case(
        "T11", "an unknown column", lambda: text("sorties", line(1, after(b";x")), swap(b";C\n", b";C;\n")), "sorties"
    ),
    case("T11", "a renamed column", lambda: text("sorties", swap(b"motif_sortie", b"motif")), "sorties"),
    case("T11", "another case", lambda: text("sorties", swap(b"motif_sortie", b"Motif_sortie")), "sorties"),
    case("T11", "a column twice", lambda: text("sorties", line(1, after(b";secteur_naf"))), "sorties"),
    case("T11", "no header", lambda: text("sorties", lambda content: content.split(b"\n", 1)[1]), "sorties"),
    case("T11", "an empty file", lambda: text("sorties", lambda content: b""), "sorties"),
    case("T11", "commas", lambda: text("sorties", swap(b";", b",")), "sorties"),
    case("T11", "a mark in cp1252", lambda: text("sorties", before(b"\xef\xbb\xbf"), encoding="cp1252"), "sorties"),
    case("T12", "a resource is absent", lambda: without_resource("sorties")),
    case("T14", "another way of making pseudonyms", lambda: described("plie", "pseudonymisation", value="sha1")),
    case("T15", "upside down", lambda: a_delivery(coverage=("2021-12-31", "2016-01-01"))),
    case("T15", "after created", lambda: a_delivery(coverage=("2016-01-01", "2022-01-01"))),
    case("T16", "a cell too few", lambda: text("etapes", line(4, lambda cells: cells[:-4])), "etapes", 4),
    case("T16", "a cell too many", lambda: text("etapes", line(2, after(b";"))), "etapes", 2),
    case("T16", "an empty line", lambda: text("etapes", line(3, after(b"\n"))), "etapes", 4),
    case("T16", "an empty line at the end", lambda: text("etapes", after(b"\n")), "etapes", 6),
    case("T16", "a truncated last line", lambda: text("etapes", lambda content: content[:-20]), "etapes", 5),
    case("T16", "an open quote", lambda: text("etapes", line(4, before(b'"'))), "etapes", 4),
    case("T16", "text after a quote", lambda: text("etapes", line(4, before(b'"x"'))), "etapes", 4),
    case("T16", "an open quote in the header", lambda: text("etapes", before(b'"')), "etapes", 1),
    case("T16", "a NUL byte", lambda: text("etapes", line(5, swap(b"CDDI", b"CD\0I"))), "etapes", 5),
    case("T16", "carriage returns alone", lambda: text("etapes", swap(b"\n", b"\r")), "etapes", 1),
    case("T16", "a cell over 4 KiB", lambda: text("etapes", line(3, swap(b"E2", b"E" * 4097))), "etapes", 3),
    case("T16", "an endless line", lambda: text("etapes", line(3, after(b";" * 100_000))), "etapes", 3),
]


@pytest.mark.parametrize(("rule", "make", "resource", "lines"), SPOILED)
def test_a_delivery_spoiled_in_one_way_is_refused_for_that(
    tmp_path: Path, rule: str, make: Make, resource: str | None, lines: tuple[int, ...]
) -> None:
    examination = examined(make(), tmp_path, a_delivery().file_name if rule != "T06" else make().file_name)
    found = [(finding.rule, finding.severity, finding.resource, finding.lines) for finding in examination.findings]
    assert (examination.status, found) == ("refused", [(rule, "refuse", resource, lines)])
    assert not examination.accepted


def test_the_folder_must_be_of_the_plie_that_sends(tmp_path: Path) -> None:
    assert rules_of(examined(a_delivery(), tmp_path, plie_id="PLIE-13-01")) == ["T05"]


def test_a_plie_that_the_register_does_not_know_is_refused(tmp_path: Path) -> None:
    assert rules_of(examined(a_delivery("PLIE-59-99"), tmp_path, plie_id="PLIE-59-99")) == ["T05"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("export.zip", ["T05", "T06"]),
        ("PLIE-59-06.zip", ["T05", "T06"]),
        ("PLIE-59-06_20211231T220000Z.ZIP", ["T05", "T06"]),
        ("PLIE-59-06_20211231.zip", ["T06"]),
        ("PLIE-13-01_20211231T220000Z.zip", ["T05"]),
    ],
)
def test_the_file_name_says_who_sends_and_when(tmp_path: Path, name: str, rules: list[str]) -> None:
    assert rules_of(examined(a_delivery(), tmp_path, name)) == rules


def test_created_may_be_a_day_ahead_of_our_clock(tmp_path: Path) -> None:
    assert not examined(a_delivery(created=NOW + timedelta(hours=24)), tmp_path).findings


def test_everything_that_can_be_found_is_told_at_once(tmp_path: Path) -> None:
    delivery = text("sorties", swap(b"motif_sortie", b"motif"))
    delivery.coverage = ("2021-12-31", "2016-01-01")
    delivery.descriptor_edits.append(lambda members: members["plie"].update(pseudonymisation="aucune"))
    delivery.descriptor_edits.append(lambda members: members["resources"][0].update(rows=5))
    delivery.entries_edits.append(lambda them: them.pop("etapes.csv"))
    examination = examined(delivery, tmp_path, "PLIE-59-06_20211231T220001Z.zip")
    assert rules_of(examination) == ["T06", "T07", "T09", "T11", "T14", "T15"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: described("resources", 3, "rows", value=9), "Le fichier sorties annonce 9 lignes et en contient 2."),
        (lambda: without("plie", "mode"), "datapackage.json est absent ou incorrect : plie.mode : membre absent"),
        (lambda: without_resource("sorties"), "doit contenir les quatre fichiers : sorties"),
        (lambda: text("sorties", swap(b"motif_", b"m_")), "motif_sortie manque ; colonne 3 « m_sortie » inconnue"),
        (lambda: text("etapes", line(4, after(b";"))), "Le fichier etapes est mal formé à la ligne 4."),
        (lambda: text("etapes", line(3, after(b"\xe9"))), "dans l'encodage déclaré (utf-8, ligne 3)."),
    ],
)
def test_a_message_says_what_to_look_at(tmp_path: Path, make: Make, message: str) -> None:
    (finding,) = examined(make(), tmp_path).findings
    assert finding.message.endswith(message)


def test_a_message_never_repeats_what_could_be_anything(tmp_path: Path) -> None:
    headless = text("participants", lambda content: content.split(b"\n", 1)[1])
    spoiled = [
        (headless, headless.rows["participants"][0]["participant_id"]),
        (described("plie", "contract", value="Jeanne Dupont 0612345678"), "0612345678"),
        (entries(lambda them: them.update({"0612345678.csv": b"x"})), "0612345678"),
        (described("resources", 0, "name", value="0612345678"), "0612345678"),
    ]
    for delivery, secret in spoiled:
        examination = examined(delivery, tmp_path)
        assert examination.findings
        assert not any(secret in finding.message for finding in examination.findings)


def test_a_delta_may_hold_any_resource(tmp_path: Path) -> None:
    assert not examined(a_delta(CREATED, etapes=[etape(1)]), tmp_path).findings
