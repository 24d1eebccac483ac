"""Holds the rows of a suite against its expectations with Great Expectations, and says which rows broke which check."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quality.subjects import Row
from quality.suites import Suite
from quality.suites.expectations import expectation_suite, import_great_expectations

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
    from great_expectations.datasource.fluent.interfaces import Batch

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broken:
    """What did not hold: rows by check, and checks that could not be judged."""

    rows: Mapping[str, frozenset[int]] = field(default_factory=dict)
    errors: frozenset[str] = frozenset()


def validate(suite: Suite, rows: Sequence[Row]) -> Broken:
    """Judges all rows of a suite at once; places of broken rows are those in `rows`.

    The context is kept in memory: nothing is written, and nothing goes over the network.
    """
    if not rows:
        return Broken()
    import_great_expectations()
    result = _batch(suite, rows).validate(
        expectation_suite(suite), result_format={"result_format": "COMPLETE", "include_unexpected_rows": False}
    )
    broken: dict[str, frozenset[int]] = {}
    for outcome in result.results:
        config = outcome.expectation_config
        places = outcome.result.get("unexpected_index_list") or ()
        if config is None or not (outcome.success or places):
            logger.error("an expectation could not be judged: %s %s", config, outcome.exception_info)
        else:
            broken[config.meta["check_id"]] = frozenset(int(place) for place in places)
    # What the library did not answer for was not judged: it must never look like a pass.
    return Broken(broken, frozenset(check.check_id for check in suite.checks) - broken.keys())


def _batch(suite: Suite, rows: Sequence[Row]) -> Batch:
    """The columns that expectations name, and no other, as the frame that Great Expectations asks for."""
    import pandas

    frame = pandas.DataFrame(
        {
            "check_id": [row.check_id for row in rows],
            **{
                name: pandas.array([getattr(row, name) for row in rows], dtype="float64")
                for name in ("observed", "deviation", "difference")
            },
        }
    )
    source = _context().data_sources.add_pandas("rows")
    definition = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("whole")
    return definition.get_batch({"dataframe": frame})


def _context() -> AbstractDataContext:
    """A context in memory that draws no bars, and has no data docs: for these it would be given a folder."""
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(mode="ephemeral", project_config=config)
