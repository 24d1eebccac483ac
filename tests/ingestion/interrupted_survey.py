"""Run as a script: loads the surveys of a data root and kills itself at a named point of `ingestion.survey.intake`.

python interrupted_survey.py DATA [FUNCTION before|after CALL]
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingestion.settings import Settings
from ingestion.survey.intake import load_surveys
from tests.ingestion.interrupted_load import interrupt
from tests.survey_workbooks import TODAY


def main(data: str, *point: str) -> None:
    if point:
        function, when, call = point
        interrupt("ingestion.survey.intake", function, when, int(call))
    load_surveys(Settings(data=Path(data), threads=2), now=lambda: TODAY)


if __name__ == "__main__":
    main(*sys.argv[1:])
