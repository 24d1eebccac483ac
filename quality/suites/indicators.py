"""Indicators: figures sent twice, stocks and national rates that jump, figures without a base."""

from __future__ import annotations

from quality.suites.check import Check, Suite, national_change, rate_from_past

SUITE = Suite(
    "indicators",
    (
        Check("indicators.identical", "rows/identical_figures"),
        rate_from_past("indicators.active_past", "active.participants"),
        national_change("indicators.active_national", "active.participants"),
        Check("indicators.national_rates", "rows/national_rates", indicator="transfers", judged="deviation"),
        Check("indicators.survey_rates", "rows/national_rates", indicator="survey", judged="deviation"),
        Check("indicators.without_value", "rows/without_value"),
        Check("indicators.not_supplied", "rows/not_supplied"),
    ),
)
