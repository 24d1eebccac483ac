"""A tiny campaign taken all the way by the `plie` command, once for all tests of this folder that only look at it."""

from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import app


class Demo(NamedTuple):
    """Where the demonstration wrote, and what it printed."""

    data: Path
    printed: str


def plie(*arguments: object) -> Result:
    """Runs the `plie` command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    data = tmp_path_factory.mktemp("demo")
    result = plie("demo", "--scale", 0.01, "--data", data)
    assert result.exit_code == 0, result.output
    return Demo(data, result.output)
