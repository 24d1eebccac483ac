"""Lets a held delivery in: by name, with a reason that is kept with who gave it and when."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import duckdb

from ingestion.gate.finding import in_catalogue_order
from ingestion.gate.privacy import is_clean
from ingestion.gate.reading import Delivery, read_delivery
from ingestion.loading.case import Arrival, Case, without_zone
from ingestion.loading.filing import file_away
from ingestion.loading.group import all_or_nothing, checked, put_in_place
from ingestion.loading.intake import Outcome, utc_now
from ingestion.loading.ledger import LedgerEntry, entries_where, mark_filed, rewrite
from ingestion.loading.pseudonym import use_key
from ingestion.loading.repair import repair
from ingestion.loading.standing import Standing, standing
from ingestion.loading.turns import loading, whoever_is_free
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


class NotReleasable(RuntimeError):
    """The delivery cannot be let in; the message says why."""


def release(
    settings: Settings,
    delivery: str,
    reason: str,
    who: str,
    now: Callable[[], datetime] = utc_now,
    on_wait: Callable[[str], None] | None = None,
) -> Outcome:
    """Loads a held delivery from the archive, whatever its volume; its acknowledgement then says what became of it.

    Every other rule is asked again. The ledger entry takes the new status, and `raw.releases` says who, when and why.

    Args:
        delivery: the delivery's id or its file name.
        reason: why it is let in; kept for ever, so nothing personal.
        who: who lets it in.

    Raises:
        NotReleasable: there is no such held delivery, a newer one is loaded, it is not as it was, or no reason.
        WarehouseBusy: another process writes to the warehouse.
    """
    if not reason.strip() or not who.strip():
        raise NotReleasable("A release needs a reason and a name.")
    if not is_clean(reason) or not is_clean(who):
        raise NotReleasable("The reason is kept: it may hold no telephone number, address or other personal number.")
    with loading(settings, "releasing a delivery", on_wait) as turns:
        connection = turns.connection
        with whoever_is_free(connection, settings, "finishing what a crash left") as turn:
            repair(connection, settings, turn)
        with turns.of(_held(connection, delivery).plie_id):
            entry = _held(connection, delivery)
            use_key(connection, settings)
            moment = now()
            arrival = Arrival(entry.plie_id, _read_again(settings, entry, moment), entry.received_at)
            released = _load(connection, settings, entry, arrival, (without_zone(moment), who.strip(), reason.strip()))
            file_away(settings, released)
            mark_filed(connection, settings, [released.delivery_id])
    logger.info("%s released: %s", released.delivery_id, released.status)
    return Outcome(released.file_name, released.plie_id, released.status, released.delivery_id, released.resources)


def _held(connection: duckdb.DuckDBPyConnection, delivery: str) -> LedgerEntry:
    known = entries_where(connection, "delivery_id = ? or file_name = ?", [delivery, delivery])
    held = [entry for entry in known if entry.status == "held"]
    if len(held) == 1:
        return held[0]
    if held:
        raise NotReleasable(f"Several held deliveries bear this name: {', '.join(e.delivery_id for e in held)}.")
    if known:
        raise NotReleasable(f"{known[-1].delivery_id} is not held: it is {known[-1].status}.")
    raise NotReleasable("The ledger knows no delivery of this name.")


def _read_again(settings: Settings, entry: LedgerEntry, moment: datetime) -> Delivery:
    path = settings.data / str(entry.kept_in) / entry.plie_id / str(entry.kept_as)
    try:
        delivery = read_delivery(path, entry.plie_id, moment, file_name=entry.file_name)
    except OSError as error:
        raise NotReleasable(f"{entry.delivery_id} cannot be read from the archive: {error}") from None
    if delivery.sha256 != entry.sha256:
        raise NotReleasable(f"{entry.delivery_id} is not in the archive as it came: its sha256 differs.")
    if delivery.findings:
        broken = ", ".join(sorted({finding.rule for finding in delivery.findings}))
        raise NotReleasable(f"{entry.delivery_id} would be refused today: {broken}.")
    return delivery


def _load(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    entry: LedgerEntry,
    arrival: Arrival,
    signed: tuple[datetime, str, str],
) -> LedgerEntry:
    case = Case(arrival, 0, entry.delivery_id, "accepted")
    before = standing(connection, settings, {entry.plie_id}, {entry.sha256})
    _must_be_newer(entry, before)
    with checked(connection, [case], released={entry.delivery_id}) as loadable:
        if case.status == "refused":
            raise NotReleasable(f"{entry.delivery_id} would be refused today: too many rows are rejected.")
        contract, _ = arrival.delivery.sound()
        released = replace(
            entry,
            status=case.status,
            resources=case.resources,
            findings=tuple(in_catalogue_order(case.findings, tuple(contract.resources))),
            filed=False,
        )
        with all_or_nothing(connection, settings, [released]):
            put_in_place(connection, loadable, before)
            rewrite(connection, released)
            connection.execute("insert into raw.releases values (?, ?, ?, ?)", [entry.delivery_id, *signed])
    return released


def _must_be_newer(entry: LedgerEntry, before: Standing) -> None:
    loaded = before.loaded.get(entry.plie_id)
    if loaded is not None and entry.created_at is not None and entry.created_at <= loaded.created_at:
        raise NotReleasable(
            f"{entry.delivery_id} was overtaken: {loaded.delivery_id}, which is not older, is loaded meanwhile."
        )
