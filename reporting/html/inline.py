"""Words and figures as HTML. Each figure carries its definition, shown when it is pointed at or reached by keyboard."""

from __future__ import annotations

from markupsafe import Markup, escape

from reporting.display import card, subject
from reporting.document import Content, Emphasis, Inline, Link, Shown, Strong, Text
from reporting.edition import Edition
from reporting.typography import set_in_french

_FIGURE = Markup(
    '<span class="f"><a href="#{anchor}" aria-describedby="{place}">{text}</a>'
    '<span class="card" role="tooltip" id="{place}"><b>{subject}</b>{lines}</span></span>'
)
_LINE = Markup('<span class="line"><i>{name}</i> {value}</span>')
_NO_SPACE = Markup("")


class Inlines:
    """Renders the words of one page; it numbers the cards of its figures."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._cards = 0

    def render(self, content: Content) -> Markup:
        """Words, links and figures with their cards."""
        return _NO_SPACE.join(self._one(one) for one in content)

    def _one(self, one: Inline) -> Markup:
        match one:
            case Text():
                return escape(one.text)
            case Shown():
                return self.figure(one)
            case Strong():
                return Markup("<strong>{}</strong>").format(self.render(one.content))
            case Emphasis():
                return Markup("<em>{}</em>").format(self.render(one.content))
            case Link():
                return Markup('<a href="{}">{}</a>').format(one.target, self.render(one.content))

    def figure(self, shown: Shown) -> Markup:
        """A figure with its card; its link leads to its indicator in the annex."""
        self._cards += 1
        lines = (
            _LINE.format(name=name, value=set_in_french(value)) for name, value in card(shown, self._edition.edition_id)
        )
        return _FIGURE.format(
            anchor=shown.figure.indicator.anchor,
            place=f"c{self._cards}",
            text=shown.text,
            subject=set_in_french(subject(shown, self._edition.regions)),
            lines=_NO_SPACE.join(lines),
        )
