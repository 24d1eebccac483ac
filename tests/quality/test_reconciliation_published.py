"""Published figures: rounded consistent ones are never called contradictory, one that is changed is found."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.reconciliation.catalogue import cells
from quality.reconciliation.claims import claims_of
from quality.reconciliation.conflicts import smallest_repairs
from quality.reconciliation.figures import Figure
from quality.reconciliation.intervals import printable, rounding_interval
from quality.reconciliation.programme import Programme
from quality.reconciliation.published import Reconciliation, reconcile_figures
from quality.reconciliation.relations import relations
from quality.reconciliation.ties import apart
from tests.quality.made_up_quantities import nation, total, value_of


def rounded(value: float | int, decimals: int) -> Fraction:
    """Half up, in exact arithmetic."""
    scaled = Fraction(value) * Fraction(10) ** decimals
    return Fraction((scaled + Fraction(1, 2)).__floor__()) / Fraction(10) ** decimals


def figure(indicator_id: str, category: str, measure: str, value: object, decimals: int = 0, **told: object) -> Figure:
    cell = cells()[indicator_id, category]
    is_share = measure == "value" and cell.unit == "percent"
    return Figure(
        figure_id=f"{indicator_id}/{category}/{measure}",
        value=Fraction(str(value)),
        unit="percent" if is_share else "count",
        decimals=decimals,
        year=2021,
        indicator_id=indicator_id,
        category=category,
        measure=measure,
        **told,  # type: ignore[arg-type]
    )


def published(seed: int, n_figures: int | None, prefix: str = "") -> list[Figure]:
    """Figures of a consistent nation, each rounded to decimals of its own: some drawn at random, or all of a family."""
    quantities, draw = total(nation(seed)), random.Random(seed)
    found = []
    for cell in cells().values():
        value = value_of(cell, quantities)
        if cell.indicator_id.startswith(prefix):
            counted = [] if cell.unit == "count" else [("numerator", quantities[cell.numerator])]
            below = [("denominator", quantities[cell.denominator])] if cell.denominator else []
            for measure, exact in [("value", value), *counted, *below]:
                if exact is not None:
                    decimals = draw.choice((-1, 0, 0, 1, 2)) if n_figures else 0
                    amount = rounded(exact, decimals)
                    one = figure(cell.indicator_id, cell.category, measure, 0, decimals)
                    found.append(replace(one, value=amount))
    return draw.sample(found, n_figures) if n_figures else found


def accused(found: Reconciliation) -> set[str]:
    """Every figure that one of the smallest corrections changes."""
    ids = {figure_id for each in found.contradictions for figure_id in each.change.claim.ids}
    return ids | {figure_id for swap in found.swaps for change in swap.changes for figure_id in change.claim.ids}


@given(st.integers(0, 10_000), st.integers(5, 120))
@settings(max_examples=25, deadline=None)
def test_consistent_figures_are_never_called_contradictory(seed: int, n_figures: int) -> None:
    found = reconcile_figures(published(seed, n_figures), supposing=False)
    assert found.holds, [each.change.claim.ids for each in found.contradictions]


@given(st.integers(0, 10_000), st.sampled_from(["entries.", "exits.", "steps."]))
@settings(max_examples=8, deadline=None)
def test_one_figure_changed_beyond_its_rounding_is_found(seed: int, prefix: str) -> None:
    figures = [one for one in published(seed, None, prefix) if "duration" not in one.figure_id]
    at = random.Random(seed).randrange(len(figures))
    wrong = replace(figures[at], value=figures[at].value * 2 + 25)
    figures[at] = wrong
    found = reconcile_figures(figures, supposing=False)
    assert not found.holds
    assert wrong.figure_id in accused(found)


def test_the_interval_of_a_change_holds_the_value_before_the_fault() -> None:
    figures = published(4, None, "exits.by_class")
    right = figures[0]
    figures[0] = replace(right, value=right.value + 40)
    change = reconcile_figures(figures).contradictions[0].change
    assert change.claim.ids == (right.figure_id,)
    assert change.low is not None
    assert change.high is not None
    assert change.low <= right.value + Fraction(1, 2)
    assert change.high >= right.value - Fraction(1, 2)


@pytest.mark.parametrize(("printed", "holds"), [(13, True), (12, False), (14, False)])
def test_a_half_rounds_up_exactly(printed: int, holds: bool) -> None:
    """1 in 8 is 12.5 %."""
    for positive, exits in ((1, 8), (16_384, 131_072), (125_000, 1_000_000)):
        figures = [
            figure("exits.positive_rate_total", "TOTAL", "numerator", positive),
            figure("exits.positive_rate_total", "TOTAL", "denominator", exits),
            figure("exits.positive_rate_total", "TOTAL", "value", printed),
        ]
        assert reconcile_figures(figures).holds is holds


def test_what_is_counted_is_whole() -> None:
    """Half of three people is no number of people, although 1.5 / 3 is 50 %."""
    figures = [
        figure("entries.total", "TOTAL", "value", 3),
        figure("entries.low_qualified", "TOTAL", "value", 50),
    ]
    found = reconcile_figures(figures)
    assert not found.holds
    assert len(found.contradictions[0].conflicts[0].against) == 1


def test_full_time_equivalents_need_not_be_whole() -> None:
    figures = [
        replace(figure("team.internal_fte", "TOTAL", "value", "0.5", 1), unit="fte", base=3),
        replace(figure("team.internal_fte", "TOTAL", "numerator", "1.5", 1), unit="fte", base=3),
    ]
    assert reconcile_figures(figures).holds


def test_the_base_in_print_is_compared_too() -> None:
    figures = [
        replace(figure("team.internal_fte", "TOTAL", "value", 7), unit="fte", base=28),
        replace(figure("team.internal_fte", "TOTAL", "numerator", 215), unit="fte", base=28),
    ]
    found = reconcile_figures(figures)
    assert [each.change.claim.ids for each in found.contradictions] == [("team.internal_fte/TOTAL/value",)]
    bases = [swap.changes[0] for swap in found.swaps if swap.changes[0].claim.kind == "base"]
    assert [(change.low, change.high) for change in bases] == [(29, 33)]


def test_figures_of_two_years_are_not_compared() -> None:
    one = figure("entries.total", "TOTAL", "value", 100)
    assert reconcile_figures([one, replace(one, figure_id="before", value=Fraction(90), year=2020)]).holds


def test_one_cell_with_two_values_is_a_contradiction_of_two() -> None:
    one = figure("entries.by_situation", "BRSA", "value", 43)
    found = reconcile_figures([one, replace(one, figure_id="synthesis", section="Synthèse", value=Fraction(47))])
    assert [each.change.claim.ids for each in found.contradictions] == [("synthesis",)]
    assert accused(found) == {"synthesis", one.figure_id}


def test_a_conflict_loses_its_force_without_any_one_of_its_figures() -> None:
    for seed in (0, 3):
        figures = published(seed, None, "exits.by_class") + published(seed, None, "exits.positive_rate_total")
        figures[seed] = replace(figures[seed], value=figures[seed].value + 31)
        for contradiction in reconcile_figures(figures).contradictions:
            for conflict in contradiction.conflicts:
                claims = [contradiction.change.claim, *conflict.against]
                together = [one for claim in claims for one in claim.figures[:1]]
                assert not reconcile_figures(together).holds
                for spared in together:
                    assert reconcile_figures([one for one in together if one is not spared]).holds


def test_the_smallest_repair_is_as_small_as_trying_all_of_them_finds() -> None:
    figures = published(11, None, "exits.by_class")[:7]
    for at in (1, 4):
        figures[at] = replace(figures[at], value=figures[at].value + 55)
    by_year, _ = claims_of(figures)
    sums = [one for relation in relations() if relation.holds_in_print for one in relation.sums]
    for tied_sums, claims in apart(sums, by_year[2021]):
        programme = Programme(tied_sums, claims)
        everything = frozenset(range(len(claims)))
        smallest = next(
            size
            for size in range(len(claims) + 1)
            if any(programme.holds(everything - set(out)) for out in combinations(everything, size))
        )
        repairs = smallest_repairs(programme, dict.fromkeys(everything, 1000))
        assert len(repairs.cheapest) == smallest
        assert programme.holds(everything - repairs.cheapest)
        for out, taken in repairs.swaps:
            assert programme.holds(everything - (repairs.cheapest - out | taken))


def test_rounding_intervals_are_closed_below_and_open_above() -> None:
    assert rounding_interval(Fraction(13), 0) == (Fraction(25, 2), Fraction(27, 2))
    assert rounding_interval(Fraction(131_000), -3) == (130_500, 131_500)
    assert rounding_interval(Fraction("1.34"), 2) == (Fraction("1.335"), Fraction("1.345"))
    assert rounding_interval(Fraction(0), 0) == (0, Fraction(1, 2))


def test_the_values_that_could_be_printed_are_named_where_they_are_few() -> None:
    assert printable(Fraction("27.7"), Fraction("28.4"), 0, 2) == (28,)
    assert printable(Fraction("27.7"), Fraction("28.6"), 0, 2) == (28, 29)
    assert printable(Fraction("27.7"), Fraction("35"), 0, 2) == ()
    assert printable(None, Fraction(3), 0, 2) == ()
    assert printable(Fraction("42.5"), Fraction("43.5"), 0, 2) == (43,)
    assert printable(Fraction("43.5"), Fraction("43.5"), 0, 2) == (44,)
