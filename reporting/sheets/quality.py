"""What a PLIE sent, told to it: what of it counts, what is missing and what would make its next delivery better."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.acknowledgement.wording import PARIS, day
from reporting.cells import caption, figure_cell, head
from reporting.document import Block, Bullets, Cell, Paragraph, Strong, Table
from reporting.figures import Figure
from reporting.sheets.followed import SUPPLIED
from reporting.sheets.reading import OwnFigures
from reporting.typography import NOTHING, number, quantity

MOST_LISTED = 5
"""Rules, remarks and missing attributes that a sheet lists; the rest is told by its number."""


def quality(one: OwnFigures) -> Iterator[Block]:
    """What the edition rests on, what is missing in it, and what to correct, gravest first."""
    if one.sent:
        last = one.sent[-1]
        received = day(last.received_at.astimezone(PARIS).date())
        lost = (
            f"dont {_counted(last.n_rejected, 'rejetée')}, qui manquent dans vos chiffres"
            if last.n_rejected
            else "toutes retenues"
        )
        yield Paragraph(
            caption(
                f"Cette édition repose sur votre livraison du {received} : {_counted(last.n_received, 'ligne')} reçues,"
                f" {lost}."
            )
        )
    yield from _missing(one)
    if one.findings:
        rest = len(one.findings) - MOST_LISTED
        yield Bullets(
            tuple(
                (
                    Strong(caption(f"{finding.title} ({finding.rule}), {_counted(finding.n_rows, 'ligne')}. ")),
                    *caption(_first_sentence(finding.correction)),
                )
                for finding in one.findings[:MOST_LISTED]
            )
        )
        if rest > 0:
            rules = _counted(rest, "autre règle")
            yield Paragraph(caption(f"Et {rules} : voyez vos accusés de réception."))
    if one.remarks:
        yield Paragraph(caption("Le contrôle annuel a aussi noté :"))
        yield Bullets(tuple(caption(remark) for remark in one.remarks[:MOST_LISTED]))


def _missing(one: OwnFigures) -> Iterator[Block]:
    found = [
        (name, own, one.nation(identifier, category))
        for identifier, category, name in SUPPLIED
        if (own := one.own(identifier, category)) and own.n_missing and own.denominator
    ]
    if not found:
        yield Paragraph(caption("Le profil de toutes vos entrées est complet : merci."))
        return
    found.sort(key=lambda each: -(each[1].n_missing or 0))
    rows = tuple(
        (
            Cell(caption(name), is_heading=True),
            figure_cell(own, "n_missing"),
            Cell(caption(_share(own)), is_number=True),
            Cell(caption(_share(nation)), is_number=True),
        )
        for name, own, nation in found[:MOST_LISTED]
    )
    names = head("Information manquante à l’entrée", "Entrées", "Part", "France")
    yield Table(caption("Informations manquantes à l’entrée"), names, rows)


def _counted(count: int, words: str) -> str:
    """« 1 ligne », « 3 lignes », « 2 autres règles »: French takes the plural from two on."""
    return f"{number(count)} {' '.join(word + 's' for word in words.split()) if count >= 2 else words}"


def _share(figure: Figure | None) -> str:
    """The share of its base that lacks the attribute."""
    if figure is None or figure.n_missing is None or not figure.denominator:
        return NOTHING
    return quantity(100 * figure.n_missing / figure.denominator, "percent", 0)


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + (stop.strip() or "")
