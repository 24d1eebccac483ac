"""Makes Great Expectations suites of our checks and of the thresholds of the catalogue. Importing that library takes
seconds: it is done when a suite is made, not when this module is read."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from quality.catalogue import catalogue
from quality.suites import SUITES, Check, Suite

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

FOLDER = Path(__file__).parent
SEVERITIES = {"blocking": "critical", "warning": "warning"}
"""Our severities as Great Expectations calls them."""

_CLIENT_OF_SPARK = "pyspark.sql.connect"


def import_great_expectations() -> None:
    """Imports the library, which takes seconds, with its telemetry off and its log as quiet as ours."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # It looks for every engine. Where PySpark is installed, the module of its client ends a process that was started
    # with code instead of a file, as if it were a test of its own.
    is_looked_for = _CLIENT_OF_SPARK not in sys.modules
    if is_looked_for:
        sys.modules[_CLIENT_OF_SPARK] = None  # type: ignore[assignment] # Python's own way to say: not to be found
    try:
        import great_expectations
    finally:
        if is_looked_for:
            del sys.modules[_CLIENT_OF_SPARK]

    logging.getLogger(great_expectations.__name__).setLevel(logging.WARNING)


def expectation(check: Check) -> Expectation:
    """One check as an expectation on the rows of its suite's frame that bear its id.

    A value that is null is judged by none: a check whose rows hold nothing else is `not_applicable`, which we say.
    """
    import_great_expectations()
    from great_expectations.expectations.core.expect_column_values_to_be_between import (
        ExpectColumnValuesToBeBetween,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import AndCondition, Column, ComparisonCondition

    entry = catalogue()[check.check_id]
    rows: ComparisonCondition | AndCondition = Column("check_id") == check.check_id
    if entry.minimum_difference is not None:
        rows = rows & (Column("difference") >= entry.minimum_difference)
    return ExpectColumnValuesToBeBetween(
        column=check.judged,
        min_value=entry.minimum,
        max_value=entry.maximum,
        row_condition=rows,
        condition_parser="pandas",
        severity=FailureSeverity(SEVERITIES[entry.severity]),
        notes=f"{entry.decided_on.isoformat()} – {entry.texts.note}",
        meta={
            "check_id": entry.check_id,
            "label_fr": entry.texts.label,
            "unit": entry.unit,
            "owner": entry.owner,
            "subject": {"rows": check.rows, "cells": check.cells, "indicator": check.indicator},
        },
    )


def expectation_suite(suite: Suite) -> ExpectationSuite:
    """One suite with all of its expectations."""
    import_great_expectations()
    from great_expectations import ExpectationSuite

    return ExpectationSuite(name=suite.name, expectations=[expectation(check) for check in suite.checks])


def committed_file(suite: Suite) -> Path:
    """Where the JSON of a suite stands."""
    return FOLDER / f"{suite.name}.json"


def as_json(suite: Suite) -> str:
    """The suite as Great Expectations writes it, indented so that a change is read line by line."""
    return json.dumps(expectation_suite(suite).to_json_dict(), ensure_ascii=False, indent=2) + "\n"


def write_suites() -> None:
    """Writes the JSON of every suite beside its code."""
    for suite in SUITES:
        committed_file(suite).write_text(as_json(suite), encoding="utf-8")
