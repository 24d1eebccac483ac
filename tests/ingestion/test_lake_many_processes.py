"""Many processes load into one lake at once: nothing is lost or doubled, and readers see whole deliveries only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.contract import registered_plie_ids
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, a_delivery, a_delta, etape
from tests.ingestion import interrupted_load
from tests.ingestion.lake_processes import script, start
from tests.ingestion.test_loading_crash import copied, land_everything, state
from tests.warehouse_reading import query

pytestmark = pytest.mark.postgres

PROCESSES = 8
LATER = CREATED + timedelta(hours=1)

READER = """
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from ingestion.settings import Settings
from ingestion.lake.opening import open_lake

COUNTS = '''
with rows as (
    select plie_id, delivery_id, 'participants' as name from raw.participants
    union all select plie_id, delivery_id, 'parcours' from raw.parcours
    union all select plie_id, delivery_id, 'etapes' from raw.etapes
    union all select plie_id, delivery_id, 'sorties' from raw.sorties
)
select
    coalesce(loaded.plie_id, rows.plie_id), loaded.delivery_id is not distinct from max(rows.delivery_id),
    count(distinct rows.delivery_id), count(*) filter (name = 'participants'), count(*) filter (name = 'parcours'),
    count(*) filter (name = 'etapes'), count(*) filter (name = 'sorties')
from raw.loaded_plie as loaded full join rows using (plie_id)
group by loaded.plie_id, rows.plie_id, loaded.delivery_id
'''
WHOLE = {(True, 1, 4, 4, 4, 2), (True, 1, 6, 6, 6, 3)}
settings = Settings(data=Path(sys.argv[1]))
seen = Counter()
print("reading", flush=True)
while not Path(sys.argv[2]).exists():
    try:
        connection = open_lake(settings, read_only=True)
    except FileNotFoundError:
        continue  # nobody has made the lake yet
    with closing(connection):
        for _ in range(20):
            found = connection.execute(COUNTS).fetchall()
            seen[len(found)] += 1
            broken = [row for row in found if row[1:] not in WHOLE]
            if broken:
                print("BROKEN", broken, flush=True)
                sys.exit(1)
print(len(seen), sum(seen.values()), flush=True)
"""


def load_at_once(settings: Settings) -> None:
    processes = [start(settings) for _ in range(PROCESSES)]
    assert [process.wait(300) for process in processes] == [0] * PROCESSES


@contextmanager
def reader(settings: Settings) -> Iterator[list[int]]:
    """Another process that reads all the while; then, how many states it saw and how often it looked."""
    stop = settings.data / "stop"
    process = script(settings, READER, stop)
    assert process.stdout is not None
    said: list[int] = []
    try:
        assert process.stdout.readline() == "reading\n"
        yield said
    finally:
        stop.touch()
        words = process.stdout.read().split()
        process.wait(60)
    assert words[0] != "BROKEN", words
    said += map(int, words)


def test_eight_processes_load_every_plie_of_the_register_as_one_would(
    settings: Settings, lake: Settings, tmp_path: Path
) -> None:
    everyone = sorted(registered_plie_ids())
    for number, plie_id in enumerate(everyone):
        a_delivery(plie_id).land(lake)
        if number % 5 == 0:
            a_delivery(plie_id, people=6, created=LATER).land(lake)
    a_delivery(everyone[1]).land(lake, f"{everyone[1]}_20211231T230000Z.zip")
    alone = copied(lake, tmp_path / "alone")
    with reader(lake) as looked:
        load_at_once(lake)
    states, looks = looked
    assert states > 3
    assert looks > 20
    interrupted_load.main(str(alone.data))
    assert state(lake) == state(alone)
    assert len(list(lake.outbox.rglob("*.json"))) == len(everyone) + len(everyone[::5]) + 1
    assert query(lake, "select count(*), count(distinct delivery_id), bool_and(filed) from raw.deliveries") == [
        (len(everyone) + len(everyone[::5]) + 1,) * 2 + (True,)
    ]


def test_deliveries_of_every_kind_end_as_one_process_would_have_it(lake: Settings, tmp_path: Path) -> None:
    land_everything(lake)
    for hours in range(1, 6):
        a_delta(CREATED + timedelta(hours=hours), "PLIE-62-01", etapes=[etape(9, of=1)]).land(lake)
    a_delivery("PLIE-62-01").land(lake)
    alone = copied(lake, tmp_path / "alone")
    load_at_once(lake)
    interrupted_load.main(str(alone.data))
    assert state(lake) == state(alone)


def test_two_processes_that_race_for_one_plie_acknowledge_each_delivery_once(lake: Settings) -> None:
    for hours in range(4):
        a_delivery(people=4 + hours, created=CREATED + timedelta(hours=hours)).land(lake)
    load_at_once(lake)
    assert query(lake, "select status, filed, count(*) from raw.deliveries group by all") == [("accepted", True, 4)]
    assert query(lake, "select load_number from raw.loaded_plie") == [(4,)]
    assert query(lake, "select count(*) from raw.participants") == [(7,)]
    assert len(list((lake.outbox / PLIE).glob("*.json"))) == 4
    assert len(list((lake.archive / PLIE).glob("*.zip"))) == 4
