"""The annex of the report: every national figure of the edition, under the definition of its indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporting.catalogue import Indicator
from reporting.cells import caption, figure_cell, figures, head, words
from reporting.display import base_in_words
from reporting.document import Block, Cell, Heading, Paragraph, Table, Text, What
from reporting.edition import Edition
from reporting.figures import Figure
from reporting.typography import HIDDEN


def indicators(edition: Edition) -> Iterator[Block]:
    """The annex of all national figures: each indicator with its definition and its categories."""
    for indicator in edition.figures.catalogue.values():
        found = edition.figures.all_of(indicator.indicator_id)
        if found:
            yield Heading(4, indicator.anchor, "", caption(indicator.label))
            yield Paragraph(caption(definition_in_words(indicator, found)))
            yield _figures_of(edition, indicator, found)


def definition_in_words(indicator: Indicator, found: Sequence[Figure]) -> str:
    """What is counted, out of what, on which base."""
    text = f"{'Numérateur' if indicator.definition.denominator else 'Effectif'} : {indicator.definition.numerator}. "
    if indicator.definition.denominator:
        text += f"Dénominateur : {indicator.definition.denominator}. "
    bases = sorted({base_in_words(one) for one in found})
    return f"{text}Base : {', '.join(bases)}."


def _part(figure: Figure, part: What) -> Cell:
    # Where missing answers have a sense and their number is not there, it is the number itself that is hidden.
    return figures(Text(HIDDEN)) if part == "n_missing" and figure.n_missing is None else figure_cell(figure, part)


def _figures_of(edition: Edition, indicator: Indicator, found: Sequence[Figure]) -> Table:
    has_denominator = bool(indicator.definition.denominator)
    has_missing = any(one.n_missing for one in found)
    names = [str(edition.year)]
    parts: list[What] = ["value"]
    if has_denominator:
        names += ["Numérateur", "Dénominateur"]
        parts += ["numerator", "denominator"]
    if has_missing:
        names.append("Non renseigné")
        parts.append("n_missing")
    names.append("Évolution")
    parts.append("change")
    rows = tuple((words(one.label, heading=True), *(_part(one, part) for part in parts)) for one in found)
    return Table(caption(f"{indicator.label}, {edition.year}"), head("", *names), rows)
