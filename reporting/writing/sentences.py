"""The tags that templates have beside Jinja's own: a sentence that may be left out, a titled chart, a key figure.

`{% say %}one wording{% else %}another{% endsay %}` takes the first wording whose every figure exists, is shown and
bears what is said of it; when none does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from reporting.claims import Unsayable

Wording = Callable[[], str]


class Sentences(Extension):
    """`say`, `chart` and `tile`. The environment's `chart_block` and `tile_block` make the block from what was said."""

    tags = {"say", "chart", "tile"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """A tag and its wordings, as calls that are tried in turn."""
        token = next(parser.stream)
        arguments: list[nodes.Expr] = []
        if token.value != "say":
            arguments.append(parser.parse_expression())
            while parser.stream.skip_if("comma"):
                arguments.append(parser.parse_expression())
        end = f"name:end{token.value}"
        bodies = []
        while True:
            bodies.append(parser.parse_statements(("name:else", end)))
            is_last = parser.stream.current.test(end)
            next(parser.stream)
            if is_last:
                break
        calls: list[nodes.Node] = []
        for place, body in enumerate(bodies):
            values = [nodes.Const(token.value), nodes.Const(place == 0), nodes.Const(place == len(bodies) - 1)]
            call = self.call_method("_try", [*values, nodes.List(arguments)])
            calls.append(nodes.CallBlock(call, [], [], body).set_lineno(token.lineno))
        return calls

    def __init__(self, environment: object) -> None:
        super().__init__(environment)  # type: ignore[arg-type]
        self._said: list[str | None] = []

    def _try(self, tag: str, is_first: bool, is_last: bool, arguments: list[str], caller: Wording) -> str:
        if is_first:
            self._said.append(None)
        if self._said[-1] is None:
            depth = len(self._said)
            try:
                self._said[-1] = " ".join(caller().split()) if tag != "say" else caller()
            except Unsayable:
                del self._said[depth:]
        if not is_last:
            return ""
        said = self._said.pop()
        if tag == "say" or said is None:
            return said or ""
        make: Callable[..., str] = self.environment.globals[f"{tag}_block"]  # type: ignore[assignment]
        return make(said, *arguments)
