"""A busy night killed with SIGKILL at random instants and at chosen steps ends as one that nothing disturbed.

A short form of `python -m tests.torture.crashes --kills 50` and `--steps`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.torture.aftermath import aftermath, differences
from tests.torture.crashes import Undisturbed, kill_at_random, kill_at_steps, prepare, undisturbed

STATUSES = {"accepted", "accepted_with_rejects", "refused", "held", "duplicate", "stale"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("night") / "base"
    prepare(base, scale=0.01, one_in=9)
    return base


@pytest.fixture(scope="module")
def expected(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed(base, tmp_path_factory.mktemp("expected"))


def test_the_night_holds_deliveries_of_every_kind(expected: Undisturbed) -> None:
    ledger = "".join(expected.left["raw.deliveries"])
    assert {status for status in STATUSES if f"'{status}'" in ledger} == STATUSES
    assert "'delta'" in ledger
    assert expected.left["quarantine"] != []
    waiting = [line.split(" ")[0] for line in expected.left["landing"]]
    assert "landing/PLIE-59-06/en-cours.zip.part" in waiting
    assert [name for name in waiting if name.endswith((".zip", ".txt"))] == []


def test_a_night_killed_at_random_instants_ends_like_an_undisturbed_one(
    base: Path, expected: Undisturbed, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    report = kill_at_random(base, tmp_path, expected, kills=3, seed=seed)
    assert (seed, report.kills, report.wrong) == (seed, 3, [])


def test_a_night_killed_before_a_change_of_a_file_ends_like_an_undisturbed_one(
    base: Path, expected: Undisturbed, tmp_path: Path
) -> None:
    steps = [random.randint(1, expected.steps)]
    assert (steps, kill_at_steps(base, tmp_path, expected, steps).wrong) == (steps, [])


def test_a_difference_would_be_noticed(base: Path, tmp_path: Path) -> None:
    expected = aftermath(base)
    (base / "outbox" / "PLIE-00-01").mkdir(parents=True, exist_ok=True)
    extra = base / "outbox" / "PLIE-00-01" / ".x.ack.json.part"
    extra.write_bytes(b"")
    assert len(differences(expected, aftermath(base))) == 1
    extra.unlink()
    assert differences(expected, aftermath(base)) == []
