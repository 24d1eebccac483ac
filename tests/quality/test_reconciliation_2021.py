"""The 2021 report: every arithmetic contradiction in it is found without being told, and what holds is not accused."""

from __future__ import annotations

import pytest

from quality.reconciliation.published import Reconciliation, figures_of_report, reconcile_figures

CONTRADICTIONS = {
    "the annexe lists 126 PLIE, the text counts 128": {"F14-03", "ANX-01"},
    "48 % « du total » are 44 %": {"SYN-05", "F22-14"},
    "48 % of durable exits are 34 %": {"CON-01", "F22-02", "F22-05"},
    "BRSA: 47 % in the synthesis, 43 % in its section": {"SYN-09", "F21-05"},
    "40 % of men, 45 % of women and 44 % of all": {"F22-01", "F22-05", "F22-26", "F22-27", "F21-02"},
    "46 355 jobs are not 27 % of the steps": {"SYN-08", "F3N-04", "F23-02", "F3N-01"},
    "46 355 - 23 294 jobs in the IAE are not 9 % of the steps": {"F23-08", "F3N-04", "F3N-05", "F23-02", "F3N-01"},
    "27 = 12 + 9 + aided jobs leaves more than 50 % outside the IAE": {"SYN-08", "F23-07", "F23-08", "F3N-06"},
    "1.34 steps for each of 131 000": {"F23-01", "SYN-02", "F23-02", "F3N-01"},
    "18 % of the participants drop out": {"F22-12", "SYN-02", "F22-05"},
    "215 FTE over 28 PLIE are 8": {"F24-26", "F24-28"},
    "26 or 27 members": {"F3L-33", "F3L-40"},
}
"""Each contradiction of the report (C01 to C08, C10, C12, C16), and figures among which it is to be found."""

HOLDING = [
    "F22-01 F22-02 F22-03 F22-04",
    "SYN-06 F22-02 F22-01",
    "SYN-07 F3N-10 F22-03 F22-01",
    "F22-14 F22-01 F22-05",
    "F22-15 F22-01 F22-05 F22-08",
    "F22-16 F22-01 F21-01",
    "F22-06 F22-07 F22-08 F22-09 F22-10 F22-11 F22-01 F22-05 F22-14",
    "SYN-03 F21-01",
    "F14-02 F14-03 F14-04 SYN-01",
    "F3N-11 F3N-12 F21-01 F21-02 SYN-11",
    "F23-02 F3N-01 F23-05 F3N-02 F23-06 F3N-07 F3N-08",
    "F3N-04 F3N-05 F3N-06",
    "F23-02 F23-05 F23-06 F23-07 F23-08",
    "F22-19 F22-20 F22-21",
    "F24-02 F24-03 F24-04 F24-05",
    "F24-02-2020 F24-03-2020 F24-04-2020 F24-05-2020",
    "F24-02 F24-03 F24-04 F24-05 F24-06 F24-07 F24-08 F24-09 F24-10 F24-11 F24-12",
    "F24-17 F24-19",
    "F24-18 F24-20",
    "F24-21 F24-23",
    "F24-22 F24-24",
    "F24-25 F24-27",
    "F24-30 F24-31",
    "F24-14 F24-15",
    "SYN-02 F21-01 F22-05 F22-01",
    "F3L-22 F3L-23 F3L-25",
]
"""The identities that hold in print, by the figures that they tie."""

SUSPECTS = {"ANX-01", "SYN-05", "CON-01", "SYN-09", "F22-26", "F22-27", "SYN-08", "F23-08", "F23-01", "F3N-03"} | {
    *("F22-12", "F24-26", "F3L-33"),
}
"""The figures that the study of the report holds to be wrong, or cannot tell from the one beside them."""


@pytest.fixture(scope="module")
def found() -> Reconciliation:
    return reconcile_figures(figures_of_report(2021))


def among(ids: set[str]) -> Reconciliation:
    return reconcile_figures([one for one in figures_of_report(2021) if one.figure_id in ids])


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_a_contradiction_of_the_report_is_found_among_its_figures(contradiction: str) -> None:
    assert not among(CONTRADICTIONS[contradiction]).holds


@pytest.mark.parametrize("figures", HOLDING)
def test_an_identity_that_holds_is_called_no_fault(figures: str) -> None:
    assert {one.figure_id for one in figures_of_report(2021)} >= set(figures.split())
    asked = set(figures.split())
    held = among(asked)
    assert [each for each in held.contradictions if "ANX-01" not in each.change.claim.ids] == []


def test_the_whole_report_accuses_the_figures_of_its_contradictions_and_no_other(found: Reconciliation) -> None:
    changed = {figure_id for each in found.contradictions for figure_id in each.change.claim.ids}
    assert changed <= SUSPECTS
    assert len(found.contradictions) == 11
    for ids in CONTRADICTIONS.values():
        assert ids & changed


def test_each_suspect_of_the_whole_report_has_the_bounds_worked_out_by_hand(found: Reconciliation) -> None:
    bounds = {
        figure_id: (each.change.low, each.change.high)
        for each in found.contradictions
        for figure_id in each.change.claim.ids
    }
    by_hand = {
        "SYN-05": (43.90, 43.91),  # 13 850 / 31 546
        "SYN-08": (27.73, 28.52),  # 46 355 over the steps that 59 335 = 36 % leave
        "F23-01": (1.23, 1.29),  # those steps over 131 000
        "F23-08": (13.79, 14.19),  # (46 355 - 23 294) over those steps
        "F24-26": (7.66, 7.70),  # 215 / 28
        "CON-01": (33.65, 33.67),  # 10 618 / 31 546
        "ANX-01": (128, 128),
    }
    for figure_id, (low, high) in by_hand.items():
        found_low, found_high = bounds[figure_id]
        assert found_low is not None
        assert found_high is not None
        assert low <= found_low <= found_high <= high, figure_id


def test_the_sexes_contradict_the_whole_only_under_what_is_supposed_and_says_so(found: Reconciliation) -> None:
    (sexes,) = (one for one in found.contradictions if set(one.change.claim.ids) & {"F22-26", "F22-27"})
    for conflict in sexes.conflicts:
        assert {claim.kind for claim in conflict.against} == {"figure", "assumption"}
    needed = {
        change.claim.assumption.assumption_id: (change.low, change.high)
        for change in sexes.supposed
        if change.claim.assumption
    }
    low, high = needed["women_among_exits"]
    assert low is not None
    assert low > 57.5  # women are 52 % of the entries; their share of the exits would have to be far above
    assert high is not None
    assert high <= 100


def test_without_assumptions_the_rates_of_both_sexes_can_stand() -> None:
    arithmetic = reconcile_figures(figures_of_report(2021), supposing=False)
    changed = {figure_id for each in arithmetic.contradictions for figure_id in each.change.claim.ids}
    assert len(arithmetic.contradictions) == 10
    assert not changed & {"F22-26", "F22-27"}


def test_correcting_what_is_proposed_leaves_nothing_to_correct(found: Reconciliation) -> None:
    changed = {figure_id for each in found.contradictions for figure_id in each.change.claim.ids}
    kept = [one for one in found.figures if one.figure_id not in changed]
    assert reconcile_figures(kept).holds or {
        figure_id for each in reconcile_figures(kept).contradictions for figure_id in each.change.claim.ids
    } == {"ANX-01"}


def test_the_typing_error_of_2014_is_found_by_the_stock_of_participants() -> None:
    found = reconcile_figures(figures_of_report(2014))
    (wrong,) = (one.change for one in found.contradictions if one.change.claim.figures[0].value == 114_446)
    assert (wrong.low, wrong.high) == (114_146, 114_146)
