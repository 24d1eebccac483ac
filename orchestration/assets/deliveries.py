"""What the PLIE sent: one asset, one partition per PLIE, one run for as many of them as are asked for.

A partition is materialised when something of its PLIE was loaded. A night that brought nothing, a refused delivery or a
sender that could not be reached is an observation on the partition: the PLIE keeps the data it had.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import dagster as dg
from pydantic import Field

from ingestion.contract import plie_names
from ingestion.loading.intake import Outcome
from ingestion.settings import Settings
from orchestration.owners import DATA_ENGINEERS, WAREHOUSE_POOL
from orchestration.partitions import PLIE
from orchestration.resources import Warehouse
from orchestration.taken_in import PlieTakenIn, TakenIn, take_in_night

KEY = dg.AssetKey("deliveries")


class Senders(dg.Config):
    """Which PLIE are asked. A run for partitions chosen in the UI asks those, whatever stands here."""

    plie_ids: list[str] = Field(
        default_factory=list, description="Only these PLIE, next to each other in the register or not; all when empty."
    )


@dg.asset(
    key=KEY,
    partitions_def=PLIE,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=WAREHOUSE_POOL,
    output_required=False,
    group_name="ingestion",
    kinds={"python", "duckdb"},
    owners=[DATA_ENGINEERS],
    tags={"layer": "ingestion", "data": "pseudonymised"},
    description=(
        "What each PLIE sent: fetched from where it sends, through the gate, into `raw` and the ledger, and "
        "acknowledged.\n\nA partition is a PLIE. It is *materialised* when something of it was loaded, and *observed* "
        "when nothing came, a delivery was refused or held, or the sender could not be reached: its former data stay. "
        "One run takes all partitions that are asked for; one bad sender never stops another."
    ),
)
def deliveries(
    context: dg.AssetExecutionContext, config: Senders, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Takes in what waits, of the partitions of the run, of the PLIE of the configuration, or of all.

    Raises:
        dg.Failure: partitions were chosen one by one in the UI, and of one of them nothing is loaded after the run.
    """
    settings = warehouse.settings()
    partitions = _chosen_partitions(context)
    chosen = partitions or config.plie_ids
    unknown = sorted(set(chosen) - set(PLIE.get_partition_keys()))
    if unknown:
        raise dg.Failure(f"Not in the register: {', '.join(unknown)}", allow_retries=False)
    night = take_in_night(settings, chosen or None, on_outcome=_log_to(context))
    if partitions:
        yield from _as_asked(context, settings, night)
    else:
        for sender in night.senders:
            if sender.is_news and sender.plie_id in PLIE.get_partition_keys():
                context.log_event(_event(sender, settings))
        yield dg.MaterializeResult(metadata=_metadata_of_night(night))


def _log_to(context: dg.AssetExecutionContext) -> Callable[[Outcome], None]:
    def log(outcome: Outcome) -> None:
        context.log.info(f"{outcome.plie_id} {outcome.file_name}: {outcome.status}. {outcome.message}".strip())

    return log


def _chosen_partitions(context: dg.AssetExecutionContext) -> list[str]:
    return list(context.partition_keys) if context.has_partition_key_range or context.has_partition_key else []


def _as_asked(
    context: dg.AssetExecutionContext, settings: Settings, night: TakenIn
) -> Iterator[dg.MaterializeResult[None]]:
    """Partitions that a person chose: each ends as materialised, or is shown as failed with the reason."""
    failed = [sender for sender in night.senders if sender.is_bad or not sender.coverage]
    if not failed:
        for sender in night.senders:
            context.add_asset_metadata(_metadata(sender, settings), asset_key=KEY, partition_key=sender.plie_id)
        yield dg.MaterializeResult()
        return
    for sender in night.senders:
        context.log_event(_event(sender, settings, is_loaded=sender not in failed))
    raise dg.Failure(
        "Nothing new was loaded of: " + "; ".join(f"{sender.plie_id} ({sender.told})" for sender in failed),
        metadata={"senders": len(night.senders), "failed": len(failed)},
        allow_retries=False,
    )


def _event(
    sender: PlieTakenIn, settings: Settings, is_loaded: bool | None = None
) -> dg.AssetMaterialization | dg.AssetObservation:
    """What is written on the partition of one PLIE."""
    metadata = _metadata(sender, settings)
    if sender.is_loaded if is_loaded is None else is_loaded:
        return dg.AssetMaterialization(KEY, partition=sender.plie_id, metadata=metadata, description=sender.told)
    return dg.AssetObservation(KEY, partition=sender.plie_id, metadata=metadata, description=sender.told)


def _metadata(sender: PlieTakenIn, settings: Settings) -> Mapping[str, dg.MetadataValue | str | int]:
    """Rows, rejects, coverage and the acknowledgement: what one asks first when a PLIE calls."""
    outbox = settings.outbox / sender.plie_id
    metadata: dict[str, dg.MetadataValue | str | int] = {
        "PLIE": plie_names().get(sender.plie_id, ""),
        "status": sender.status,
        "night": sender.night.isoformat(),
    }
    if sender.message:
        metadata["message"] = sender.message
    if sender.attempts:
        metadata["attempts"] = sender.attempts
    if sender.coverage:
        metadata["coverage"] = f"{sender.coverage[0]} to {sender.coverage[1]}"
    if sender.arrivals:
        metadata |= {
            "rows received": sum(arrival.received for arrival in sender.arrivals),
            "rows rejected": sum(arrival.rejected for arrival in sender.arrivals),
            "rows warned": sum(arrival.warned for arrival in sender.arrivals),
            "dagster/partition_row_count": sum(arrival.loaded for arrival in sender.arrivals),
        }
    for arrival in sender.arrivals:
        page = (outbox / arrival.acknowledged_as).with_suffix(".html")
        metadata[f"acknowledgement of {arrival.file_name}"] = dg.MetadataValue.path(page)
    if sender.findings:
        metadata["findings"] = dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {"rule": found.rule, "severity": found.severity, "rows": found.count, "message": found.message}
                )
                for found in sender.findings
            ]
        )
    return metadata


def _metadata_of_night(night: TakenIn) -> Mapping[str, dg.MetadataValue | str | int]:
    from orchestration.night_plot import as_markdown

    statuses = Counter(sender.status for sender in night.senders)
    arrived = [arrival for sender in night.senders for arrival in sender.arrivals]
    return {
        "night": night.night.isoformat(),
        "deliveries": len(night.outcomes),
        "rows loaded": sum(arrival.loaded for arrival in arrived),
        "rows rejected": sum(arrival.rejected for arrival in arrived),
        **{f"PLIE {status}": count for status, count in sorted(statuses.items())},
        "rows per night": dg.MetadataValue.md(as_markdown(night.rows_per_night)),
    }
