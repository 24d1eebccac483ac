"""`docs/quality.md` is what the catalogue makes, and names every check."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from quality.catalogue import catalogue
from quality.reconciliation import relation_texts

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "quality.md"


@pytest.fixture(scope="module")
def make_quality() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_quality", ROOT / "docs" / "make_quality.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_catalogue_makes(make_quality: ModuleType) -> None:
    assert PAGE.read_text(encoding="utf-8") == make_quality.page()


def test_every_check_is_on_the_page_once_with_its_threshold_and_what_to_do() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for check_id in (*catalogue(), *relation_texts()):
        assert text.count(f"`{check_id}`") == 1, check_id
    assert text.count("**Seuil**") == text.count("**Que faire**") == len(catalogue())


def test_writing_the_page_writes_it_where_it_is_told(make_quality: ModuleType, tmp_path: Path) -> None:
    make_quality.write(tmp_path / "quality.md")
    assert (tmp_path / "quality.md").read_text(encoding="utf-8") == make_quality.page()
