"""Finishes what a crash left undone: deliveries that are in the ledger but whose files are not in their places."""

from __future__ import annotations

import logging

import duckdb

from ingestion.loading.filing import file_away
from ingestion.loading.ledger import mark_filed, unfiled
from ingestion.loading.turns import Turn
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


def repair(connection: duckdb.DuckDBPyConnection, settings: Settings, turn: Turn) -> None:
    """Files what the ledger says is not filed. A crash before the ledger was written left the delivery in landing.

    Only of the PLIE whose turn it is: a delivery of another one may be in the hands of a process that is at work on it.

    What cannot be filed now, because a folder cannot be written to, is left for the next time.
    """
    for entry in unfiled(connection, turn.plie_ids):
        logger.warning("Finishing %s, which a former load left unfiled", entry.delivery_id)
        try:
            file_away(settings, entry)
        except OSError as error:
            logger.error("%s could not be filed: %s", entry.delivery_id, error)
        else:
            mark_filed(connection, settings, [entry.delivery_id])
