"""What the made-up senders write: exact zips, the same bytes every time, as various as those of real senders."""

import re
import zipfile
from pathlib import Path

import pytest

from ingestion.contract import known_contracts
from ingestion.sample import CampaignSummary, write_campaign
from ingestion.settings import Settings
from tests.ingestion.sample_reading import delivered_files, read_delivery

SCALE = 0.02
PERSONAL = re.compile(
    r"(?<!\d)0\d{9}(?!\d)|(?<!\d)\d{13}(?!\d)|(?<!\d)\d{15}(?!\d)|@|(?<!\w)[A-Z]{2}\d{2}[A-Z0-9]{11,}"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def summary(settings: Settings) -> CampaignSummary:
    return write_campaign(settings, scale=SCALE)


def test_the_same_seed_and_scale_give_the_same_bytes_and_another_seed_others(
    settings: Settings, summary: CampaignSummary, tmp_path: Path
) -> None:
    again = write_campaign(Settings(data=tmp_path / "again"), scale=SCALE)
    assert [path.name for path in again.files] == [path.name for path in summary.files]
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in summary.files]
    other = write_campaign(Settings(data=tmp_path / "other"), scale=SCALE, seed=1)
    assert {path.read_bytes() for path in other.files}.isdisjoint(path.read_bytes() for path in summary.files)


def test_a_year_without_calibration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2020"):
        write_campaign(Settings(data=tmp_path), year=2020, scale=SCALE)


@pytest.mark.parametrize("scale", [0.001, -1.0, 201.0, float("nan"), float("inf")])
def test_a_scale_with_empty_plie_or_beyond_what_was_measured_is_an_error(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be"):
        write_campaign(Settings(data=tmp_path), scale=scale)
    assert not delivered_files(tmp_path)


def test_at_the_smallest_scale_every_plie_still_has_people(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    smallest = write_campaign(Settings(data=tmp_path), scale=0.01, on_progress=lambda *done: told.append(done))
    assert told == [(number + 1, smallest.deliveries) for number in range(smallest.deliveries)]
    for path in smallest.files:
        _, rows = read_delivery(path)
        assert len(rows["parcours"]), path.name


def test_only_finished_zips_lie_in_the_landing_place_each_in_its_folder(
    settings: Settings, summary: CampaignSummary
) -> None:
    assert delivered_files(settings.landing) == sorted(summary.files)
    assert sorted(settings.landing.rglob("*.xlsx")) == sorted(summary.surveys)
    for path in summary.files:
        descriptor, _ = read_delivery(path)
        stamp = descriptor["created"].replace("-", "").replace(":", "")
        assert path.parent.name == descriptor["plie"]["plie_id"]
        assert path.name == f"{path.parent.name}_{stamp}.zip"
        assert descriptor["name"] == path.stem.lower().replace("_", "-")
        assert "données fictives" in descriptor["plie"]["producer"]["name"]
        assert descriptor["plie"]["coverage"]["to"] <= descriptor["created"][:10] < "2022-02"


def test_the_senders_are_as_various_as_real_ones(summary: CampaignSummary, settings: Settings) -> None:
    encodings, starts, ends, orders, producers = set(), set(), set(), set(), set()
    for path in summary.files:
        descriptor, rows = read_delivery(path)
        encodings |= {item["encoding"] for item in descriptor["resources"]}
        producers.add(descriptor["plie"]["producer"]["name"])
        orders.add(tuple(rows["sorties"].columns))
        with zipfile.ZipFile(path) as archive:
            raw = archive.read("sorties.csv")
        starts.add((raw[:3] == b"\xef\xbb\xbf", b'"' in raw[:5]))
        ends.add(raw[-2:] == b"\r\n")
    assert encodings == set(known_contracts()["1.0"].encodings)
    assert starts == {(True, False), (False, True), (False, False), (True, True)}
    assert ends == {True, False}
    assert len(orders) > 10
    assert len(producers) >= 4


def test_no_cell_looks_like_a_number_that_names_someone(summary: CampaignSummary) -> None:
    for path in summary.files:
        _, rows = read_delivery(path)
        for frame in rows.values():
            for column in frame.drop("line").columns:
                if column != "participant_id":
                    assert not [cell for cell in frame[column].drop_nulls().to_list() if PERSONAL.search(cell)]
