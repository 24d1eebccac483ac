"""How a figure is written where it is read: its value, count, base or change, or the mark of a hidden one."""

from __future__ import annotations

from collections.abc import Mapping

from reporting.catalogue import TOTAL
from reporting.document import Shown, What
from reporting.figures import Figure
from reporting.typography import HIDDEN, NARROW, NOTHING, number, percent_change, points, quantity, rounded


def written(figure: Figure, what: What = "value") -> str:
    """The figure in French typography; « s » where it is hidden, a dash where it does not exist."""
    if what == "n_plie":
        return number(figure.n_plie)
    if figure.suppressed or (figure.has_hidden_base and what in ("value", "denominator", "change")):
        return HIDDEN
    indicator = figure.indicator
    if what == "change":
        change = figure.change
        if change is None:
            return NOTHING
        return points(change) if indicator.unit == "percent" else percent_change(change)
    if what == "value":
        if figure.value is None:
            return NOTHING
        if figure.value > 0 and indicator.unit == "percent" and rounded(figure.value, indicator.decimals) == 0:
            # Something is not nothing.
            return f"<{NARROW}{quantity(10.0**-indicator.decimals, indicator.unit, indicator.decimals)}"
        return quantity(figure.value, indicator.unit, indicator.decimals)
    part = {"numerator": figure.numerator, "denominator": figure.denominator, "n_missing": figure.n_missing}[what]
    if part is None:
        return NOTHING
    # The duration of a parcours adds up days in months: its sum is shown without decimals, as any count.
    return number(part)


def show(figure: Figure, what: What = "value") -> Shown:
    """The figure ready to stand in a text or a table."""
    return Shown(figure, what, written(figure, what))


def subject(shown: Shown, regions: Mapping[str, str]) -> str:
    """What a figure is about: its indicator, its category, its region."""
    figure = shown.figure
    parts = [figure.indicator.label]
    if figure.category != TOTAL:
        parts.append(figure.label)
    if figure.scope == "region":
        parts.append(regions.get(figure.scope_id, figure.scope_id))
    return ", ".join(parts)


def card(shown: Shown, edition_id: str) -> tuple[tuple[str, str], ...]:
    """What is said of a figure to whoever asks: how it was computed, on which base, from which edition."""
    figure = shown.figure
    definition = figure.indicator.definition
    lines = []
    if shown.what == "change":
        lines.append(("Évolution", f"de {figure.year - 1} à {figure.year}, sur les valeurs non arrondies"))
    if shown.what != "value":
        lines.append((f"Valeur {figure.year}", written(figure)))
    counted = "Numérateur" if definition.denominator else "Effectif"
    lines.append((counted, f"{written(figure, 'numerator')} – {definition.numerator}"))
    if definition.denominator:
        lines.append(("Dénominateur", f"{written(figure, 'denominator')} – {definition.denominator}"))
    lines.append(("Base", base_in_words(figure)))
    if figure.n_missing:
        lines.append(("Non renseigné", written(figure, "n_missing")))
    lines.append(("Édition", f"{edition_id}, année {figure.year}"))
    return tuple(lines)


def base_in_words(figure: Figure) -> str:
    """« 128 PLIE participants », « 34 PLIE ayant répondu à l'enquête », « 145 PLIE du registre »."""
    plural = figure.n_plie > 1
    count = number(figure.n_plie)
    match figure.indicator.base.split(":")[0]:
        case "survey":
            return f"{count} PLIE ayant répondu à cette partie de l’enquête"
        case "register":
            return f"{count} PLIE du registre national"
        case _:
            return f"{count} PLIE participant{'s' if plural else ''}"
