"""What several tests of this room ask for."""

import pytest

from reporting.html import blocks


@pytest.fixture
def quick_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts as empty drawings: how they are drawn is looked at elsewhere."""
    monkeypatch.setattr(blocks, "draw", lambda chart, width, font: f'<svg width="{width}" height="10"></svg>')
