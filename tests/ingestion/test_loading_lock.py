"""Two loads at once: one writes, the other waits or says who is at it. Real processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import WarehouseBusy
from tests.deliveries import PLIE, a_delivery
from tests.warehouse_reading import counts

HOLDER = """
import sys
from pathlib import Path
from ingestion.settings import Settings
from ingestion.warehouse import writing
with writing(Settings(data=Path(sys.argv[1])), "loading deliveries"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the warehouse until it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(settings.data)],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_load_that_may_not_wait_names_the_holder_and_touches_nothing(
    settings: Settings, holder: subprocess.Popen[str]
) -> None:
    path = a_delivery().land(settings)
    waited: list[str] = []
    with pytest.raises(WarehouseBusy, match=rf"loading deliveries \(process {holder.pid} on"):
        load_landing(settings.model_copy(update={"lock_timeout": 0.2}), on_wait=waited.append)
    assert len(waited) == 1
    assert path.exists()


def test_a_load_that_may_wait_goes_on_when_the_other_ends(settings: Settings, holder: subprocess.Popen[str]) -> None:
    a_delivery().land(settings)

    def let_go(_: str) -> None:
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()

    outcomes = load_landing(settings.model_copy(update={"lock_timeout": 30}), on_wait=let_go)
    assert [outcome.status for outcome in outcomes] == ["accepted"]


def test_a_killed_holder_frees_the_warehouse(settings: Settings, holder: subprocess.Popen[str]) -> None:
    a_delivery().land(settings)
    holder.kill()
    holder.wait()
    assert [outcome.status for outcome in load_landing(settings)] == ["accepted"]


def test_two_loads_started_together_load_each_delivery_once(settings: Settings) -> None:
    plie_ids = [PLIE, "PLIE-13-01", "PLIE-38-02"]
    for plie_id in plie_ids:
        a_delivery(plie_id).land(settings)
    script = Path(__file__).with_name("interrupted_load.py")
    processes = [
        subprocess.Popen([sys.executable, str(script), str(settings.data)], cwd=PROJECT_ROOT) for _ in range(2)
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    for plie_id in plie_ids:
        assert counts(settings, plie_id)["etapes"] == 4
    assert len(list(settings.outbox.rglob("*.json"))) == 3
