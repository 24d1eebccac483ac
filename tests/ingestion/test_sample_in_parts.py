"""A campaign that is too large for one delivery per PLIE: a full delivery, then deltas of other people."""

from collections import Counter
from pathlib import Path

import pytest

from ingestion.loading.intake import load_landing
from ingestion.sample import campaign
from ingestion.settings import Settings
from ingestion.warehouse import reading
from tests.ingestion.sample_reading import read_delivery


def test_in_parts_as_many_people_are_sent_and_all_of_them_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = campaign.write_campaign(Settings(data=tmp_path / "whole"), scale=0.03)
    monkeypatch.setattr(campaign, "LARGEST_PART", 0.01)
    settings = Settings(data=tmp_path / "parts")
    summary = campaign.write_campaign(settings, scale=0.03)
    assert summary.deliveries == 3 * whole.deliveries
    for name, rows in whole.rows.items():
        assert summary.rows[name] == pytest.approx(rows, rel=0.05), name

    modes = Counter(read_delivery(path)[0]["plie"]["mode"] for path in summary.files)
    assert modes == {"full": whole.deliveries, "delta": 2 * whole.deliveries}
    outcomes = load_landing(settings)
    assert {outcome.status for outcome in outcomes} <= {"accepted", "accepted_with_rejects"}
    with reading(settings) as connection:
        for name, key in (
            ("participants", "participant_id"),
            ("parcours", "parcours_id"),
            ("etapes", "etape_id"),
            ("sorties", "parcours_id"),
        ):
            (counted,) = connection.execute(
                f"select (count(*), count(distinct (plie_id, {key}))) from raw.{name}"
            ).fetchone() or (None,)
            accepted = sum(counts.loaded for outcome in outcomes for counts in outcome.resources if counts.name == name)
            assert counted == (accepted, accepted), name
        replaced = connection.execute("select sum(changed), sum(removed) from raw.delivery_resources").fetchone()
        assert replaced == (0, 0)
