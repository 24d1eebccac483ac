"""The catalogue of rules, its French texts, its pages and the code that raises each rule say the same thing."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ingestion.acknowledgement.advice import EXAMPLE_LABELS, advice
from ingestion.acknowledgement.wording import SEVERITIES
from ingestion.contract import known_contracts
from ingestion.gate.csv_cells import CELL_LIMIT
from ingestion.gate.privacy import scan
from ingestion.rules import rules

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "rules"
RULES = sorted(rules())


@pytest.fixture(scope="module")
def make_rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_rules", ROOT / "docs" / "make_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trees() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "ingestion").rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def codes_given_to_found() -> set[str]:
    calls = (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "found"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def codes_in_the_code() -> set[str]:
    """Every rule code that stands in code, in SQL made by code, or in what a contract version states of rows."""
    texts = [
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    exact = {text for text in texts if re.fullmatch(r"[A-Z]\d\d", text)}
    quoted = {code for text in texts for code in re.findall(r"'([A-Z]\d\d)'", text)}
    stated = {
        code
        for path in (ROOT / "ingestion" / "contract").rglob("*.toml")
        for code in re.findall(r'^code = "([A-Z]\d\d)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    return exact | quoted | stated


def test_the_pages_are_those_that_the_catalogue_makes(make_rules: ModuleType) -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()} == make_rules.pages()


def test_writing_the_pages_removes_that_of_a_rule_that_is_no_more(make_rules: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "Z99.md").write_text("a rule that was", encoding="utf-8")
    make_rules.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", *(f"{code}.md" for code in RULES)}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_all_its_texts(code: str) -> None:
    texts = advice()[code]
    for text in (texts.check, texts.why, texts.correction):
        assert text.endswith((".", "?", "…")), text
        assert 25 < len(text) < 400, text
        assert text.count("`") % 2 == 0, text
    assert 3 < len(texts.title) < 60
    assert not texts.title.endswith(".")


@pytest.mark.parametrize("code", RULES)
def test_a_rule_shows_a_wrong_line_and_the_right_one(code: str) -> None:
    example = advice()[code].example
    labels = [line.label for line in example]
    assert set(labels) <= set(EXAMPLE_LABELS)
    assert {"à corriger", "correct"} <= set(labels)
    assert all(line.content for line in example)
    lines = {label: [line.content for line in example if line.label == label] for label in labels}
    assert lines["à corriger"] != lines["correct"]


@pytest.mark.parametrize("code", [code for code in RULES if advice()[code].example[0].label == "colonnes"])
def test_the_lines_of_an_example_name_columns_of_the_contract_and_fill_them(code: str) -> None:
    columns, *lines = (line.content.split(";") for line in advice()[code].example)
    known = {
        name for contract in known_contracts().values() for r in contract.resources.values() for name in r.field_names
    }
    assert set(columns) <= known
    width_is_the_fault = code == "T16"
    for line, shown in zip(lines, advice()[code].example[1:], strict=True):
        assert len(line) == len(columns) or (width_is_the_fault and shown.label == "à corriger")


def test_no_text_for_senders_holds_anything_that_the_gate_would_refuse() -> None:
    for path in [ROOT / "ingestion" / "rules.csv", *PAGES.iterdir()]:
        hits = scan("texte.txt", path.read_bytes(), "utf-8")
        assert not [hit for hit in hits if hit.rule in ("P01", "P02", "P03", "P06")], path.name


def test_every_severity_has_its_words() -> None:
    assert {rule.severity for rule in rules().values()} == set(SEVERITIES)


def test_the_numbers_in_the_texts_are_those_of_the_contract() -> None:
    *_, contract = known_contracts().values()
    limits = contract.limits
    archive = advice()["T02"].check
    assert f"{limits.zip_bytes // 2**20} Mio" in archive
    assert f"{limits.unzipped_bytes // 2**30} Gio" in archive
    assert f"{limits.entries} fichiers" in archive
    assert f"{limits.ratio} pour 1" in archive
    rejected = advice()["T17"].check
    assert f"{contract.reject_share * 100:.0f} %" in rejected
    assert f"{contract.reject_floor} lignes" in rejected
    assert f"{CELL_LIMIT // 2**10} Kio" in advice()["T16"].check
    assert all(encoding in advice()["T10"].check for encoding in contract.encodings)


def test_every_code_given_to_found_is_in_the_catalogue() -> None:
    codes = codes_given_to_found()
    assert len(codes) > 10
    assert codes <= set(rules())


def test_every_rule_of_the_catalogue_is_raised_somewhere() -> None:
    assert set(rules()) - codes_in_the_code() == set()
