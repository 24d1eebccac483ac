"""Campaigns too thin to divide: how far down the figures are published at all.

With a dozen people in a PLIE nearly every count is small, and what is left to show would have to be bought with so
many companions that nothing can be read. Then whole scopes are hidden, and the smallest place that is still published
stands for its PLIE, with their threshold: all that it counts might belong to any one of them, so its limits are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consolidation.disclosure.places import Item, Places
from consolidation.disclosure.thresholds import Thresholds

_THIN, _VERY_THIN = 0.2, 0.6
"""Share of PLIE years with under `thresholds.plie` entries or exits above which PLIE and departments are hidden, and
above which regions are too."""
_HEADLINES = ("entries.total", "exits.total")


@dataclass(frozen=True)
class Division:
    """The places that can be published, and the numbers of the items that are hidden whole."""

    places: Places
    hidden: tuple[int, ...]


def divisions(places: Places, thresholds: Thresholds) -> Iterator[Division]:
    """Ways to publish, from the finest that makes sense to the coarsest.

    All scopes; people of regions and of the nation; the nation; nothing. A campaign of which a former edition has shown
    figures is published in all scopes: what was shown cannot be hidden by leaving it out.
    """
    sizes = [item for item in places.items if item.indicator_id in _HEADLINES and "plie" in item.scopes]
    small = [item for item in sizes if 0 < item.numerator < thresholds.plie]
    shown_before = any(item.was_numerator_shown for item in places.items)
    share = len(small) / max(len(sizes), 1)
    if shown_before or share <= _THIN:
        yield Division(places, ())
    if shown_before:
        return
    people = {item.place for item in places.items if item.indicator_id in _HEADLINES}
    national = {item.place for item in places.items if "national" in item.scopes}
    regions = {part for whole, parts in places.nested if whole in national for part in parts}
    everywhere = {item.place for item in places.items}
    if share <= _VERY_THIN:
        yield _without(places, people - national - regions, leaves=(people & regions) - national)
    yield _without(places, everywhere - national, leaves=national)
    yield _without(places, everywhere, leaves=set())


def _without(places: Places, dropped: set[str], leaves: set[str]) -> Division:
    reduced = Places(
        items=[_as_leaf(item, item.place in leaves) for item in places.items if item.place not in dropped],
        nested=[(whole, parts) for whole, parts in places.nested if not dropped & {whole, *parts}],
        years=[pair for pair in places.years if not dropped & set(pair)],
        groups=places.groups,
    )
    return Division(reduced, tuple(item.number for item in places.items if item.place in dropped))


def _as_leaf(item: Item, is_leaf: bool) -> Item:
    return replace(item, scopes=[*item.scopes, "plie"]) if is_leaf and "plie" not in item.scopes else item
