"""Who is asked about an asset, and the pool through which everything goes that writes to the warehouse."""

from __future__ import annotations

DATA_ENGINEERS = "team:data-engineering"
ANALYSTS = "team:analysts"

WAREHOUSE_POOL = "warehouse"
"""One slot (`dagster.yaml`): DuckDB has one writing process. The lock on the warehouse itself is the last word."""
