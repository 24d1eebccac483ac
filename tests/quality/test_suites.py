"""Catalogue, code, SQL and committed JSON of the suites say the same thing."""

import json
import re
import string
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ingestion.gate.privacy import is_clean
from quality.catalogue import OWNERS, UNITS, catalogue
from quality.subjects import FOLDER
from quality.suites import SUITES, Check, Suite
from quality.suites.expectations import as_json, committed_file

CHECKS = [check for suite in SUITES for check in suite.checks]
PLACEHOLDERS = {"label", "observed", "usual", "expected", "year", "before"}


def placeholders(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_committed_json_is_what_the_code_makes(suite: Suite) -> None:
    assert committed_file(suite).read_text(encoding="utf-8") == as_json(suite)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_json_holds_thresholds_severity_owner_and_a_dated_note(suite: Suite) -> None:
    expectations = json.loads(committed_file(suite).read_text(encoding="utf-8"))["expectations"]
    assert [expectation["meta"]["check_id"] for expectation in expectations] == [
        check.check_id for check in suite.checks
    ]
    for expectation in expectations:
        assert expectation["severity"] in {"critical", "warning"}
        assert expectation["meta"]["owner"] in OWNERS
        assert re.match(r"\d{4}-\d{2}-\d{2} – .", expectation["notes"])
        assert {"min_value", "max_value"} & expectation["kwargs"].keys()


def test_catalogue_and_suites_list_the_same_checks_in_the_same_order() -> None:
    assert list(catalogue()) == [check.check_id for check in CHECKS]
    assert all(check.check_id.startswith(f"{suite.name}.") for suite in SUITES for check in suite.checks)
    assert all(entry.suite == entry.check_id.partition(".")[0] for entry in catalogue().values())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.check_id)
def test_each_check_is_wholly_described(check: Check) -> None:
    entry = catalogue()[check.check_id]
    assert entry.severity in {"blocking", "warning"}
    assert entry.unit in UNITS
    assert entry.owner in OWNERS
    assert entry.minimum is not None or entry.maximum is not None
    texts = entry.texts
    assert all((texts.label, texts.message, texts.advice, texts.note))
    assert set(placeholders(texts.message)) <= PLACEHOLDERS
    assert texts.message.endswith(".")
    assert texts.advice.endswith(".")
    assert is_clean(texts.message + texts.advice + texts.note)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.check_id)
def test_a_comparison_with_the_past_or_with_peers_has_all_that_it_needs(check: Check) -> None:
    entry = catalogue()[check.check_id]
    is_past, is_peers = check.rows.endswith("_past"), check.rows.endswith("_peers")
    assert (entry.past_years is not None) == is_past
    assert (entry.minimum_peers is not None) == (is_past or is_peers)
    if is_past or is_peers:
        assert entry.minimum_difference is not None
        assert check.judged == "deviation"


def test_no_sql_of_the_subjects_is_left_unused() -> None:
    used = {f"{name}.sql" for check in CHECKS for name in (check.rows, check.cells) if name}
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.sql")} == used


def test_only_faults_of_the_warehouse_itself_block() -> None:
    """A PLIE can always be answered for: a single one never keeps the nation from its figures (docs/decisions/0011)."""
    blocking = {entry.check_id: entry.owner for entry in catalogue().values() if entry.severity == "blocking"}
    assert blocking == {"completeness.participating": "warehouse", "completeness.not_built": "warehouse"}


def test_what_is_slow_to_import_is_not_imported_before_a_suite_runs() -> None:
    script = (
        "import sys, quality.gate, quality.waivers, quality.page, orchestration.cli;"
        "slow = {'great_expectations', 'pandas', 'scipy', 'highspy'} & set(sys.modules);"
        "print(*sorted(slow))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("\n", 0), done.stderr
