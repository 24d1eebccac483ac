"""Made-up people never meet real ones (docs/decisions/0005)."""

from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration.made_up import MadeUp, RealDataHere, claim, marked_campaign

CAMPAIGN = MadeUp(2021, 0.01, 0)


def test_an_empty_root_is_marked(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    assert claim(settings, CAMPAIGN) is False
    assert marked_campaign(settings) == CAMPAIGN


def test_a_root_with_a_warehouse_that_is_not_marked_is_refused(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.warehouse.write_bytes(b"real people")
    with pytest.raises(RealDataHere, match="--data"):
        claim(settings, CAMPAIGN)
    assert settings.warehouse.read_bytes() == b"real people"
    assert marked_campaign(settings) is None


def test_a_root_with_waiting_deliveries_that_is_not_marked_is_refused(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    waiting = settings.landing / "PLIE-59-06" / "PLIE-59-06_20211231T220000Z.zip"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(b"real people")
    with pytest.raises(RealDataHere):
        claim(settings, CAMPAIGN)
    assert waiting.exists()


def test_the_same_campaign_again_keeps_what_is_there(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    claim(settings, CAMPAIGN)
    settings.warehouse.write_bytes(b"made up")
    assert claim(settings, CAMPAIGN) is False
    assert settings.warehouse.exists()


def test_another_campaign_empties_a_marked_root_but_for_the_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    claim(settings, CAMPAIGN)
    settings.warehouse.write_bytes(b"made up")
    settings.key_file.write_text("key")
    assert claim(settings, MadeUp(2021, 0.01, 1)) is True
    assert not settings.warehouse.exists()
    assert settings.key_file.exists()
