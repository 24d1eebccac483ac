"""The rooms of the house and who may import whom (docs/decisions/0001)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ingestion": set(),
    "quality": {"ingestion"},
    "consolidation": {"ingestion", "quality"},
    "reporting": {"ingestion", "consolidation"},
    "orchestration": {"ingestion", "quality", "consolidation", "reporting"},
}
ROOMS = {"ingestion", "quality", "consolidation", "reporting", "orchestration"}


def imported_packages(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_that_it_may(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        forbidden = imported_packages(path) & (ROOMS - MAY_IMPORT[room] - {room})
        assert not forbidden, f"{path.relative_to(ROOT)} imports {sorted(forbidden)}"


def test_every_room_with_python_has_its_rule() -> None:
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} & ROOMS == set(MAY_IMPORT)


def test_only_orchestration_imports_dagster() -> None:
    for room in set(MAY_IMPORT) - {"orchestration"}:
        for path in (ROOT / room).rglob("*.py"):
            assert not {name for name in imported_packages(path) if name.startswith("dagster")}, path


def test_nothing_computes_figures_in_pandas() -> None:
    """Only `quality` meets pandas: Great Expectations takes its frames, which SQL has filled."""
    for room in set(MAY_IMPORT) - {"quality"}:
        for path in (ROOT / room).rglob("*.py"):
            assert "pandas" not in imported_packages(path), path
