"""Run as a script: loads a data root and kills itself at a named point, as a power cut would.

    python interrupted_load.py DATA MODULE FUNCTION before|after CALL

The point is before or after the CALL-th call (1 = first) of a function. Without a point it loads to the end.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingestion.loading.intake import load_landing
from ingestion.settings import Settings

NOW = datetime(2022, 1, 1, 2, 0, 0, tzinfo=UTC)
KEY = "k" * 32


def interrupt(module_name: str, function: str, when: str, call: int) -> None:
    module = importlib.import_module(module_name)
    original: Callable[..., Any] = getattr(module, function)
    calls = 0

    def interrupted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        this = calls
        if when == "before" and this == call:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if when == "after" and this == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, function, interrupted)


def main(data: str, *point: str) -> None:
    if point:
        module, function, when, call = point
        interrupt(module, function, when, int(call))
    load_landing(Settings(data=Path(data), threads=2, pseudonym_key=SecretStr(KEY)), now=lambda: NOW)


if __name__ == "__main__":
    main(*sys.argv[1:])
