"""Each planted fault is found by its check and by no other; what cannot be judged is never a pass; a run is kept."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from quality.catalogue import catalogue
from quality.gate import NotBuilt, examine_year, run_gate
from quality.results import CheckResult, GateResult
from quality.storage import last_run
from quality.waivers import waive_each
from tests.quality.many_plie import ANSWERING, PLIE
from tests.quality.planted_faults import FAULTS, Fault, plie_of

Key = tuple[str, str | None]
ROOT = Path(__file__).resolve().parents[2]

FEW_OF_THE_REGISTER = ("completeness.participation_rate", None)
"""Forty PLIE of this warehouse are not the 85 % of the register that are asked for."""


def failing(result: GateResult) -> set[Key]:
    return {(found.check_id, found.plie_id) for found in result.results if found.status in ("fail", "error")}


@pytest.fixture(scope="module")
def examined(faulty: Settings) -> GateResult:
    with duckdb.connect(str(faulty.warehouse), read_only=True) as connection:
        return examine_year(connection, faulty, 2021)


@pytest.fixture
def copied(faulty: Settings, tmp_path: Path) -> Settings:
    """A warehouse of its own, for a test that changes something."""
    shutil.copy(faulty.warehouse, tmp_path / "warehouse.duckdb")
    return Settings(data=tmp_path, threads=2, lock_timeout=5)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.check_id)
def test_a_planted_fault_is_found_by_its_check(fault: Fault, examined: GateResult) -> None:
    found = [result for result in examined.results if result.check_id == fault.check_id]
    broken = [result for result in found if result.status == "fail"]
    assert [result.plie_id for result in broken] == [plie_of(fault)]
    assert broken[0].n_rows == len([row for row in examined.failing_rows if row.check_id == fault.check_id]) >= 1
    assert broken[0].message_fr.endswith(".")
    assert "{" not in broken[0].message_fr


def test_no_check_fires_beside_the_faults(examined: GateResult) -> None:
    assert failing(examined) == {(fault.check_id, plie_of(fault)) for fault in FAULTS} | {FEW_OF_THE_REGISTER}


def test_every_check_of_a_plie_has_its_fault_planted() -> None:
    national = {check_id for check_id, _ in NATIONAL} | {
        "completeness.participating",
        "completeness.participation_rate",
        "survey.response_rate",
    }
    assert {fault.check_id for fault in FAULTS} | national == set(catalogue())


def test_each_plie_is_judged_once_by_each_check(examined: GateResult) -> None:
    counts = Counter((result.check_id, result.plie_id) for result in examined.results)
    assert set(counts.values()) == {1}
    judged = [result for result in examined.results if result.check_id == "exits.motive_past"]
    assert [result.plie_id for result in judged] == sorted(set(PLIE) - {plie_of(FAULTS[0])})


def test_the_same_warehouse_gives_the_same_results(faulty: Settings, examined: GateResult) -> None:
    with duckdb.connect(str(faulty.warehouse), read_only=True, config={"threads": 1}) as connection:
        again = examine_year(connection, faulty, 2021)
    assert again.results == examined.results
    assert again.failing_rows == examined.failing_rows
    assert again.run_id != examined.run_id


NATIONAL = (
    ("completeness.not_built", f"update raw.loaded_plie set delivery_id = 'newer' where plie_id = '{PLIE[-1]}'"),
    (
        "entries.volume_national",
        "update marts.indicators set numerator = 1.3 * numerator"
        " where indicator_id = 'entries.total' and year = 2021 and scope = 'plie'",
    ),
    (
        "steps.volume_national",
        "update marts.indicators set numerator = 0.7 * numerator"
        " where indicator_id = 'steps.total' and year = 2021 and scope = 'plie'",
    ),
    (
        "exits.volume_national",
        "update marts.indicators set numerator = 1.3 * numerator"
        " where indicator_id = 'exits.total' and year = 2021 and scope = 'plie'",
    ),
    ("exits.early_deliveries", "update raw.loaded_plie set created_at = timestamp '2022-01-02'"),
    (
        "indicators.active_national",
        "update marts.indicators set numerator = 0.8 * numerator"
        " where indicator_id = 'active.participants' and year = 2021 and scope = 'plie'",
    ),
    (
        "indicators.national_rates",
        "update marts.indicators set value = value + 11"
        " where indicator_id = 'steps.jobs' and year = 2021 and scope = 'national'",
    ),
    (
        "indicators.survey_rates",
        "update marts.indicators set value = value + 16"
        " where indicator_id = 'funding.by_group' and category = 'FSE' and year = 2021 and scope = 'national'",
    ),
    (
        "indicators.without_value",
        "update marts.indicators set denominator = 0, value = null"
        " where indicator_id = 'exits.contracts_durable' and year = 2021 and scope = 'national'",
    ),
    (
        "indicators.not_supplied",
        "update marts.indicators set n_missing = 0.3 * denominator"
        " where indicator_id = 'entries.low_qualified' and year = 2021 and scope = 'national'",
    ),
)
"""Faults of the nation, planted in the tables that the checks read."""


def test_faults_of_the_nation_are_found_each_by_its_check_and_by_no_other(
    copied: Settings, examined: GateResult
) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        for _, fault in NATIONAL:
            connection.execute(fault)
        result = examine_year(connection, copied, 2021)
    found = {key for key in failing(result) - failing(examined) if not key[0].startswith("reconciliation.")}
    assert found == {(check_id, None) for check_id, _ in NATIONAL}


def test_a_survey_that_few_answer_again_is_noticed(copied: Settings, examined: GateResult) -> None:
    silent = ANSWERING[-5:]
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute(
            "update marts.survey_responses set status = 'nothing_received'"
            f" where year = 2021 and plie_id in {tuple(silent)}"
        )
        result = examine_year(connection, copied, 2021)
    expected = {("survey.response_rate", None), *(("survey.dropouts", plie_id) for plie_id in silent)}
    assert failing(result) - failing(examined) == expected


def test_a_faulty_cell_is_found_by_the_reconciliation_and_blocks(copied: Settings) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute(
            "update marts.indicators set numerator = numerator + 5, value = value + 5"
            " where indicator_id = 'exits.total' and year = 2021 and scope = 'national' and perimeter = 'complete'"
        )
        result = examine_year(connection, copied, 2021)
    assert result.blocking
    assert {found.suite for found in result.blocking} == {"reconciliation"}
    assert not result.can_be_frozen


def test_a_check_whose_tables_are_gone_is_an_error_that_blocks_and_the_others_go_on(
    copied: Settings, examined: GateResult
) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute("drop view marts.exits_by_motive")
        result = examine_year(connection, copied, 2021)
    errors = [found for found in result.results if found.status == "error"]
    assert {found.check_id for found in errors} == {"exits.motive_past", "exits.motive_peers"}
    assert set(errors) <= set(result.blocking)
    others = [found for found in examined.results if not found.check_id.startswith("exits.motive")]
    assert [found for found in result.results if not found.check_id.startswith("exits.motive")] == others


def test_what_has_nothing_to_be_compared_with_is_not_applicable(faulty: Settings) -> None:
    with duckdb.connect(str(faulty.warehouse), read_only=True) as connection:
        first_year = examine_year(connection, faulty, 2018)
    past = [found for found in first_year.results if found.check_id.endswith(("_past", ".volume_national"))]
    survey = [found for found in first_year.results if found.suite == "survey"]
    assert past
    assert survey
    assert {found.status for found in (*past, *survey)} == {"not_applicable"}
    assert all(found.observed is None and found.message_fr for found in (*past, *survey))


def test_a_year_without_any_complete_plie_cannot_be_frozen(faulty: Settings) -> None:
    with duckdb.connect(str(faulty.warehouse), read_only=True) as connection:
        result = examine_year(connection, faulty, 2030)
    assert [found.check_id for found in result.blocking] == ["completeness.participating"]
    assert not [found for found in result.results if found.status == "pass" and found.suite != "completeness"]


def test_a_run_is_kept_with_its_rows_and_read_again(copied: Settings) -> None:
    steps: list[tuple[int, int, str]] = []
    result = run_gate(copied, 2021, on_progress=lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == list(range(8))
    with duckdb.connect(str(copied.warehouse), read_only=True) as connection:
        assert last_run(connection, 2021) == result
        assert last_run(connection, 2020) is None
        kept = connection.execute(
            "select run_id, year, verdict, finished_at >= started_at from quality.runs"
        ).fetchall()
    assert kept == [(result.run_id, 2021, "to_answer", True)]
    run_gate(copied, 2021)
    with duckdb.connect(str(copied.warehouse), read_only=True) as connection:
        by_run = connection.execute("select run_id, count(*) from quality.results group by run_id").fetchall()
    assert [count for _, count in by_run] == [len(result.results)] * 2


def test_warnings_are_answered_and_the_year_may_be_frozen(copied: Settings) -> None:
    first = run_gate(copied, 2021)
    assert not first.can_be_frozen
    given = [(found.check_id, found.plie_id) for found in first.unanswered]
    assert waive_each(copied, 2021, given, "Vérifié avec le PLIE.", "analyste").can_be_frozen
    with duckdb.connect(str(copied.warehouse), read_only=True) as connection:
        again = examine_year(connection, copied, 2021)
    assert again.can_be_frozen
    assert {found.waived_reason for found in again.results if found.status == "fail"} == {"Vérifié avec le PLIE."}


def test_an_answer_ends_when_what_it_answered_changes(copied: Settings) -> None:
    plie_id = next(plie_of(fault) for fault in FAULTS if fault.check_id == "completeness.rejected_rows")
    first = run_gate(copied, 2021)
    waive_each(copied, 2021, [("completeness.rejected_rows", plie_id)], "Lignes anciennes.", "analyste")

    def answer(n_rejected: int) -> CheckResult:
        with duckdb.connect(str(copied.warehouse)) as connection:
            connection.execute(
                "update marts.fct_deliveries set n_rejected = ? where plie_id = ? and is_current and mode = 'full'",
                [n_rejected, plie_id],
            )
            results = examine_year(connection, copied, 2021).results
        return next(one for one in results if (one.check_id, one.plie_id) == ("completeness.rejected_rows", plie_id))

    assert first.unanswered
    assert answer(41).waived_reason == "Lignes anciennes."
    assert answer(80).waived_reason is None
    assert answer(40).waived_reason == "Lignes anciennes."


def test_nothing_is_examined_before_it_is_built(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        run_gate(settings, 2021)
    settings.data.mkdir()
    with duckdb.connect(str(settings.warehouse)) as connection, pytest.raises(NotBuilt, match="plie build"):
        examine_year(connection, settings, 2021)


def plie(data: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The `plie` command in a process of its own that has no network."""
    script = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from orchestration.cli import main\n"
        "sys.argv = ['plie', *sys.argv[1:]]\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd)}
    environment.pop("GX_ANALYTICS_ENABLED", None)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments, "--data", str(data)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_check_and_answer_without_network_or_stray_files(copied: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    checked = plie(copied.data, "check", "2021", cwd=elsewhere)
    assert checked.returncode == 0, checked.stderr
    assert f"0 blocking · {len(FAULTS) + 1} to answer · 0 answered" in checked.stdout
    assert "great_expectations" not in checked.stdout + checked.stderr
    fault = FAULTS[0]
    words = ("--year", "2021", "--plie", plie_of(fault), "--reason", "Livraison attendue en mars.")
    answered = plie(copied.data, "waive", fault.check_id, *words, cwd=elsewhere)
    assert answered.returncode == 0, answered.stderr
    assert f"Still to answer: {len(FAULTS)}" in answered.stdout
    assert plie(copied.data, "waive", fault.check_id, *words[:2], *words[4:], cwd=elsewhere).returncode == 1
    page = copied.published / "quality.html"
    assert "Livraison attendue en mars." in page.read_text(encoding="utf-8")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert list(elsewhere.iterdir()) == []


def test_a_blocking_failure_ends_the_command_with_exit_code_1(copied: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(copied.warehouse)) as connection:
        connection.execute(f"update raw.loaded_plie set delivery_id = 'newer' where plie_id = '{PLIE[-1]}'")
    checked = plie(copied.data, "check", "2021", cwd=tmp_path)
    assert checked.returncode == 1
    assert "completeness.not_built" in checked.stdout
    assert "2021 cannot be frozen: 1 blocking" in checked.stderr
    refused = plie(
        copied.data, "waive", "completeness.not_built", "--year", "2021", "--reason", "Plus tard.", cwd=tmp_path
    )
    assert refused.returncode == 1
    assert "only put right" in refused.stderr
