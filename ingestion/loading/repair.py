"""Finishes what a crash left undone: deliveries that are in the ledger but whose files are not in their places."""

from __future__ import annotations

import logging

import duckdb

from ingestion.loading.filing import file_away
from ingestion.loading.ledger import mark_filed, unfiled
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


def repair(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Files what the ledger says is not filed. A crash before the ledger was written left the delivery in landing.

    What cannot be filed now, because a folder cannot be written to, is left for the next time.
    """
    for entry in unfiled(connection):
        logger.warning("Finishing %s, which a former load left unfiled", entry.delivery_id)
        try:
            file_away(settings, entry)
        except OSError as error:
            logger.error("%s could not be filed: %s", entry.delivery_id, error)
        else:
            mark_filed(connection, [entry.delivery_id])
