"""The ledger of nights: one row per PLIE and night, which a later run only makes truer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ingestion.contract import open_plie_ids
from ingestion.loading.intake import Outcome
from ingestion.nights import LatePlie, NightOutcome, late_plie, night_of, record_night
from ingestion.settings import Settings
from ingestion.sources.visits import Visit
from ingestion.warehouse import reading
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import NOW, OTHER, load
from tests.warehouse_reading import query

NIGHT = date(2022, 1, 1)


def outcome(status: str, name: str = "a.zip", message: str = "", plie_id: str = PLIE) -> Outcome:
    return Outcome(name, plie_id, status, f"id-{name}", message=message)


def record(
    settings: Settings, *outcomes: Outcome, visit: Visit | None = None, hours: int = 0, everyone: tuple[str, ...] = ()
) -> list[NightOutcome]:
    now = NOW + timedelta(hours=hours)
    return record_night(settings, NIGHT, [visit] if visit else [], outcomes, everyone, now=lambda: now)


def ledger(settings: Settings) -> list[tuple[object, ...]]:
    return query(settings, "select plie_id, status, n_deliveries, file_name from raw.night_outcomes order by 1")


def test_every_plie_that_was_asked_has_a_row_also_when_nothing_came(settings: Settings) -> None:
    rows = record(settings, outcome("accepted"), everyone=(PLIE, OTHER))
    assert ledger(settings) == [(OTHER, "nothing_received", 0, None), (PLIE, "accepted", 1, "a.zip")]
    assert [(row.plie_id, row.is_reached, row.n_attempts) for row in rows] == [(OTHER, None, 0), (PLIE, None, 0)]
    assert rows[1].recorded_at == datetime(2022, 1, 1, 2, 0, 13)


def test_the_last_delivery_says_how_the_night_ended_but_a_duplicate_says_little(settings: Settings) -> None:
    record(settings, outcome("refused", "a.zip", "Zip illisible."), outcome("accepted", "b.zip"), outcome("stale", "c"))
    assert ledger(settings) == [(PLIE, "accepted", 3, "b.zip")]


def test_a_mailbox_that_could_not_be_reached_is_an_outcome_with_its_attempts(settings: Settings) -> None:
    (row,) = record(settings, visit=Visit(PLIE, "transport_error", (), 3, "sftp:22 refuses connections"))
    assert (row.status, row.is_reached, row.n_attempts, row.message) == (
        "transport_error",
        False,
        3,
        "sftp:22 refuses connections",
    )


def test_what_came_before_the_connection_failed_counts_and_the_failure_is_still_said(settings: Settings) -> None:
    visit = Visit(PLIE, "transport_error", ("a.zip",), 3, "the connection was cut")
    (row,) = record(settings, outcome("refused", message="Zip illisible."), visit=visit)
    assert (row.status, row.is_reached, row.message) == ("refused", False, "Zip illisible.; the connection was cut")


SILENT = Visit(PLIE, "nothing", (), 1)
LOST = Visit(PLIE, "transport_error", (), 3, "cut")


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ((outcome("accepted"), None), (None, SILENT), "accepted"),
        ((outcome("accepted"), None), (None, LOST), "accepted"),
        ((outcome("accepted"), None), (outcome("duplicate"), None), "accepted"),
        ((outcome("refused"), None), (outcome("accepted", "b.zip"), None), "accepted"),
        ((outcome("accepted"), None), (outcome("refused", "b.zip"), None), "refused"),
        ((None, SILENT), (outcome("held"), None), "held"),
        ((None, LOST), (None, SILENT), "nothing_received"),
        ((None, SILENT), (None, LOST), "nothing_received"),
        ((outcome("stale"), None), (outcome("error", "b.zip"), None), "error"),
    ],
)
def test_a_later_run_of_a_night_only_adds_to_what_is_known(
    settings: Settings,
    first: tuple[Outcome | None, Visit | None],
    second: tuple[Outcome | None, Visit | None],
    status: str,
) -> None:
    for hours, (came, visit) in enumerate((first, second)):
        (row,) = record(settings, *([came] if came else []), visit=visit, hours=hours, everyone=(PLIE,))
    assert row.status == status
    assert ledger(settings)[0][1] == status


def test_the_same_night_again_changes_nothing_not_even_when_it_was_written(settings: Settings) -> None:
    record(settings, outcome("accepted"), visit=Visit(OTHER, "transport_error", (), 3, "cut"), everyone=(PLIE, OTHER))
    before = query(settings, "from raw.night_outcomes order by plie_id")
    again = Visit(OTHER, "transport_error", (), 3, "cut")
    rows = record(settings, visit=again, hours=5, everyone=(PLIE, OTHER))
    assert query(settings, "from raw.night_outcomes order by plie_id") == before
    assert [(row.plie_id, row.status) for row in rows] == [(OTHER, "transport_error"), (PLIE, "accepted")]


def test_two_runs_of_a_night_that_both_took_something_in_are_added_up(settings: Settings) -> None:
    record(settings, outcome("accepted"), outcome("duplicate"))
    (row,) = record(settings, outcome("accepted_with_rejects", "b.zip"), hours=9)
    assert (row.status, row.n_deliveries, row.file_name) == ("accepted_with_rejects", 3, "b.zip")


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2022, 1, 1, 22, 59, tzinfo=UTC), date(2022, 1, 1)),
        (datetime(2022, 1, 1, 23, 0, tzinfo=UTC), date(2022, 1, 2)),
        (datetime(2022, 7, 1, 22, 0, tzinfo=UTC), date(2022, 7, 2)),
    ],
)
def test_a_night_bears_the_date_of_paris(moment: datetime, night: date) -> None:
    assert night_of(moment) == night


def test_a_plie_is_open_from_its_first_day_until_the_day_before_it_closes() -> None:
    opened, closed = "PLIE-00-18", "PLIE-00-20"
    assert opened not in open_plie_ids(date(2021, 2, 28))
    assert opened in open_plie_ids(date(2021, 3, 1))
    assert closed in open_plie_ids(date(2021, 1, 30))
    assert closed not in open_plie_ids(date(2021, 1, 31))


def test_a_plie_is_late_when_its_last_accepted_delivery_is_so_many_nights_old(settings: Settings) -> None:
    a_delivery().land(settings)
    load(settings)
    refused = a_delivery(created=datetime(2022, 1, 3, 22, tzinfo=UTC))
    refused.land(settings).write_bytes(b"no zip")
    load(settings, now=NOW + timedelta(days=3))
    with reading(settings) as connection:
        assert late_plie(connection, settings, NIGHT + timedelta(days=2)) == []
        assert late_plie(connection, settings, NIGHT + timedelta(days=3)) == [LatePlie(PLIE, NIGHT, 3)]
