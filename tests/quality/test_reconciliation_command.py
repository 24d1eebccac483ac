"""`plie reconcile`: what it prints, how it ends, and how it refuses a file that it cannot read as figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import app

HEADING = "id,value,unit,decimals,base"


def reconcile(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["reconcile", *(str(argument) for argument in arguments)])


def written(folder: Path, *lines: str) -> Path:
    path = folder / "figures.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def plain(text: str) -> str:
    """Without the frame and the line breaks of an error message."""
    return " ".join(text.replace("│", " ").split())


def test_consistent_figures_end_with_0(tmp_path: Path) -> None:
    result = reconcile(
        written(tmp_path, HEADING, "F22-01,13850,count,0,", "F22-05,17696,count,0,", "F22-14,44,percent,0,")
    )
    assert result.exit_code == 0, result.output
    assert "All of them can hold together" in result.output


def test_figures_that_cannot_stand_end_with_1_and_say_what_would(tmp_path: Path) -> None:
    result = reconcile(written(tmp_path, HEADING, "F24-26,7,fte,0,28", "F24-28,215,fte,0,28"))
    assert result.exit_code == 1
    assert "F24-26: 7 → 8 (7,66 to 7,7)" in result.output
    assert "215 (F24-28) and 28 PLIE (base of F24-26, F24-28) give 7,66 to 7,7" in result.output
    assert "Or instead: F24-28: 215 → 182 to 210; base of F24-26, F24-28: 28 → 29 to 33" in result.output


def test_json_tells_the_same(tmp_path: Path) -> None:
    result = reconcile(written(tmp_path, HEADING, "SYN-09,47,percent,0,", "F21-05,43,percent,0,"), "--json")
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert found["holds"] is False
    (contradiction,) = found["contradictions"]
    assert contradiction["figures"] == ["SYN-09"]
    assert contradiction["needed_in_print"] == [43]
    assert contradiction["conflicts"][0]["against"][0]["figures"] == ["F21-05"]
    assert found["swaps"][0]["changes"][0]["figures"] == ["F21-05"]


def test_both_spellings_of_the_columns_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "figure_id;section;label_fr;value;unit;decimals_published;base_n_plie;reference_year;previous_year_value",
        "F22-26;2.2;Hommes;40;percent;0;;2021;41",
        "SYN-02;Synthèse;Personnes;131 000;count;0;;2021;",
        "F24-14;2.4;ACI;18,5;percent;1;27;2021;",
    )
    found = json.loads(reconcile(path, "--json").output)
    assert (found["holds"], found["n_figures"], found["n_compared"]) == (True, 4, 4)


def test_a_figure_known_to_be_rounded_to_the_hundred_is_read_so(tmp_path: Path) -> None:
    assert reconcile(written(tmp_path, HEADING, "SYN-03,32700,count,0,", "F21-01,32682,count,0,")).exit_code == 0
    assert reconcile(written(tmp_path, HEADING, "SYN-03,32710,count,0,", "F21-01,32682,count,0,")).exit_code == 1


def test_figures_of_ones_own_name_the_cell_that_they_give(tmp_path: Path) -> None:
    heading = f"{HEADING},year,indicator_id,category,measure"
    lines = (
        "a,100,count,0,,2025,exits.total,TOTAL,value",
        "b,50,percent,0,,2025,exits.positive_rate_total,TOTAL,value",
        "c,61,count,0,,2025,exits.positive_rate_total,TOTAL,numerator",
    )
    result = reconcile(written(tmp_path, heading, *lines))
    assert result.exit_code == 1
    assert "b: 50 % → 61 %".replace(" %", "\u202f%") in result.output


REFUSED = {
    "empty file": ([""], "is empty"),
    "heading alone": ([HEADING], "has no figure"),
    "missing column": (["id,value,unit", "F22-01,1,count"], "lacks the column decimals or decimals_published"),
    "unknown id": ([HEADING, "X9,1,count,0,"], "line 2: unknown figure id X9"),
    "bad number": ([HEADING, "F22-01,13k,count,0,"], "line 2, F22-01: value is « 13k », not a number"),
    "negative number": ([HEADING, "F22-01,-5,count,0,"], "not a number"),
    "bad decimals": ([HEADING, "F22-01,13850,count,zero,"], "decimals is « zero », not a whole number"),
    "no decimals": ([HEADING, "F22-01,13850,count,,"], "decimals is «  », not a whole number"),
    "unknown unit": ([HEADING, "F22-01,13850,people,0,"], "unit is « people », not one of count, percent"),
    "unit of another figure": ([HEADING, "F22-01,44,percent,0,"], "unit is percent, but the numerator of"),
    "same id twice": ([HEADING, "F22-01,1,count,0,", "F22-01,2,count,0,"], "F22-01 stands on line 2 already"),
    "no id": ([HEADING, ",1,count,0,"], "line 2: a figure needs an id"),
    "no such cell": (
        [f"{HEADING},indicator_id,category", "a,1,percent,0,,entries.by_sex,X"],
        "no cell entries.by_sex X: its categories are F, H, N",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_file_that_cannot_be_read_as_figures_is_wrong_use(tmp_path: Path, fault: str) -> None:
    lines, message = REFUSED[fault]
    result = reconcile(written(tmp_path, *lines))
    assert result.exit_code == 2
    assert plain(message) in plain(result.output)


def test_a_file_that_is_not_utf_8_is_wrong_use(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(f"{HEADING},label\nF22-01,13850,count,0,,é".encode("cp1252"))
    result = reconcile(path)
    assert result.exit_code == 2
    assert "not UTF-8" in plain(result.output)


def test_the_figures_of_the_repository_are_those_of_the_2021_report() -> None:
    result = reconcile()
    assert result.exit_code == 1
    assert "11 figures cannot stand with the others" in result.output
    assert "Supposed: la part des femmes parmi les sorties" in result.output


def test_a_report_that_the_repository_does_not_hold_is_wrong_use() -> None:
    result = reconcile("--report", 1999)
    assert result.exit_code == 2
    assert "no published figure of 1999 is held here" in plain(result.output)
