"""The annual survey: who answers, and amounts and teams that cannot be what was asked for."""

from __future__ import annotations

from quality.suites.check import Check, Suite, rate_from_peers

SUITE = Suite(
    "survey",
    (
        Check("survey.response_rate", "rows/survey_answers"),
        Check("survey.dropouts", "rows/survey_dropouts"),
        Check("survey.questions", "rows/survey_questions"),
        rate_from_peers("survey.euros_peers", "survey_euros"),
        rate_from_peers("survey.referents_peers", "survey_referents"),
        Check("survey.allocations", "rows/survey_allocations"),
        Check("survey.two_allocations", "rows/survey_two_allocations"),
        Check("survey.identical", "rows/survey_identical"),
    ),
)
