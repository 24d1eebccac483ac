"""The warehouse's own key: identifiers are keyed on the way in, always with the same key."""

from __future__ import annotations

import hmac
import stat
from datetime import timedelta

import pytest

from ingestion.loading.intake import load_landing
from ingestion.loading.pseudonym import PseudonymKeyError
from ingestion.settings import Settings
from tests.deliveries import CREATED, a_delivery, person
from tests.warehouse_reading import column, files

KEYS = ["une clé d'au moins trente-deux caractères", "k" * 32, "k" * 64, "une clé bien plus longue qu'un bloc " * 4]


@pytest.mark.parametrize("key", KEYS)
def test_an_identifier_is_stored_as_its_hmac(settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("PLIE_PSEUDONYM_KEY", key)
    with_key = Settings(data=settings.data)
    a_delivery().land(with_key)
    load_landing(with_key)
    expected = [hmac.new(key.encode(), person(number).encode(), "sha256").hexdigest() for number in range(1, 5)]
    assert column(with_key, "select participant_id from raw.participants order by line") == expected
    assert column(with_key, "select participant_id from raw.parcours order by line") == expected
    assert not with_key.key_file.exists()


def test_a_key_is_made_on_first_use_for_its_owner_alone(settings: Settings) -> None:
    a_delivery().land(settings)
    load_landing(settings)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    key = settings.key_file.read_text().strip()
    assert len(key) == 64
    first = hmac.new(key.encode(), person(1).encode(), "sha256").hexdigest()
    assert column(settings, "select participant_id from raw.participants where line = 2") == [first]


def test_the_key_itself_is_in_no_other_file(settings: Settings) -> None:
    a_delivery().land(settings)
    load_landing(settings)
    key = settings.key_file.read_bytes().strip()
    holders = [path.name for path in settings.data.rglob("*") if path.is_file() and key in path.read_bytes()]
    assert holders == ["pseudonym.key"]


def test_another_key_loads_nothing_and_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    a_delivery().land(settings)
    load_landing(settings)
    a_delivery(created=CREATED + timedelta(hours=1)).land(settings)
    monkeypatch.setenv("PLIE_PSEUDONYM_KEY", "k" * 40)
    with pytest.raises(PseudonymKeyError, match="not the one that this warehouse was loaded with"):
        load_landing(Settings(data=settings.data))
    assert len(files(settings, "landing")) == 1


def test_a_lost_key_is_not_replaced_by_a_new_one(settings: Settings) -> None:
    a_delivery().land(settings)
    load_landing(settings)
    settings.key_file.unlink()
    a_delivery(created=CREATED + timedelta(hours=1)).land(settings)
    with pytest.raises(PseudonymKeyError, match="restore it"):
        load_landing(settings)
    assert not settings.key_file.exists()


def test_a_short_key_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    a_delivery().land(settings)
    monkeypatch.setenv("PLIE_PSEUDONYM_KEY", "trop courte")
    with pytest.raises(PseudonymKeyError, match="at least 32"):
        load_landing(Settings(data=settings.data))
