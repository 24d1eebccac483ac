"""A campaign too thin to divide: where PLIE have hardly anybody, only regions and the nation are published.

With a dozen people in a PLIE nearly every count is small, and what is left to show would have to be bought with so many
companions that nothing can be read. All rows of PLIE and departments are hidden then; a region stands for its PLIE, with
their threshold: all that it counts might belong to any one of them, so its limits are theirs.
"""

from __future__ import annotations

from dataclasses import replace

from consolidation.disclosure.places import Item, Places
from consolidation.disclosure.thresholds import Thresholds

_THIN = 0.2
"""Share of PLIE years with under `thresholds.plie` entries or exits from which on a campaign is thin."""
_HEADLINES = ("entries.total", "exits.total")


def without_thin_places(places: Places, thresholds: Thresholds) -> tuple[Places, tuple[int, ...]]:
    """The places that can be published at all, and the numbers of the items that are hidden whole.

    A campaign of which a former edition has shown the PLIE is never taken for thin.
    """
    sizes = [item for item in places.items if item.indicator_id in _HEADLINES and "plie" in item.scopes]
    small = [item for item in sizes if 0 < item.numerator < thresholds.plie]
    shown_before = any(item.was_numerator_shown for item in sizes)
    if shown_before or len(small) <= _THIN * len(sizes):
        return places, ()
    transfers = {item.place for item in places.items if item.indicator_id in _HEADLINES}
    national = {item.place for item in places.items if "national" in item.scopes}
    kept = national | {part for whole, parts in places.nested if whole in national for part in parts}
    dropped = transfers - kept
    reduced = Places(
        items=[_as_leaf(item, item.place in transfers - national) for item in places.items if item.place not in dropped],
        nested=[(whole, parts) for whole, parts in places.nested if not dropped & {whole, *parts}],
        years=[pair for pair in places.years if not dropped & set(pair)],
        groups=places.groups,
    )
    return reduced, tuple(item.number for item in places.items if item.place in dropped)


def _as_leaf(item: Item, is_leaf: bool) -> Item:
    return replace(item, scopes=(*item.scopes, "plie")) if is_leaf and "plie" not in item.scopes else item
