"""`plie release` and `plie purge`, as a person types them."""

from datetime import timedelta

import pytest

from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from orchestration.cli import app
from orchestration.cli.console import CommandFailed
from tests.deliveries import CREATED, a_delivery
from tests.orchestration.conftest import plie
from tests.warehouse_reading import query


def held(settings: Settings) -> str:
    """Sends 40 people, then 10: the second delivery is held."""
    a_delivery(people=40).land(settings)
    load_landing(settings)
    path = a_delivery(people=10, created=CREATED + timedelta(days=1)).land(settings)
    (outcome,) = load_landing(settings)
    assert outcome.status == "held"
    return path.name


def test_a_held_delivery_is_let_in_by_name_with_a_reason_that_is_kept(settings: Settings) -> None:
    name = held(settings)
    result = plie("release", name, "--reason", "fermeture d'une antenne", "--who", "Camille", "--data", settings.data)
    assert result.exit_code == 0
    assert f"{name}: accepted" in result.output
    assert query(settings, "select released_by, reason from raw.releases") == [("Camille", "fermeture d'une antenne")]
    assert query(settings, "select count(*) from raw.parcours") == [(10,)]


def test_what_is_not_held_cannot_be_released(settings: Settings) -> None:
    path = a_delivery().land(settings)
    load_landing(settings)
    with pytest.raises(CommandFailed, match="not held"):
        app(["release", path.name, "--reason", "x", "--data", str(settings.data)], standalone_mode=False)


def test_a_release_without_a_reason_is_wrong_use(settings: Settings) -> None:
    assert plie("release", "x.zip", "--data", settings.data).exit_code == 2


def test_a_purge_destroys_what_is_overtaken_and_says_so(settings: Settings) -> None:
    old = a_delivery().land(settings)
    load_landing(settings)
    new = a_delivery(created=CREATED + timedelta(days=1)).land(settings)
    load_landing(settings)
    assert "0 files" in plie("purge", "--data", settings.data).output
    result = plie("purge", "--older-than", 0, "--who", "Camille", "--data", settings.data)
    assert result.exit_code == 0
    assert f"destroyed archive/{old.parent.name}/{old.name}" in result.output
    assert not list(settings.archive.rglob(old.name))
    assert list(settings.archive.rglob(new.name))
