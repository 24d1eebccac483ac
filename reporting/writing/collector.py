"""Keeps the figures and blocks that a template places; in its text stands a mark that no keyboard types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reporting.document import Block, Shown, Tile

INLINE = re.compile("\ue000([0-9]+)\ue001")
BLOCK = re.compile("\ue002([0-9]+)\ue003")


@dataclass
class Collector:
    """Everything that the templates of one report have placed so far."""

    shown: list[Shown] = field(default_factory=list)
    blocks: list[Block | Tile] = field(default_factory=list)

    def place(self, shown: Shown) -> str:
        """The mark of a figure, to stand in a sentence."""
        self.shown.append(shown)
        return f"\ue000{len(self.shown) - 1}\ue001"

    def place_block(self, block: Block | Tile) -> str:
        """The mark of a block, to stand in a paragraph of its own."""
        self.blocks.append(block)
        return f"\n\n\ue002{len(self.blocks) - 1}\ue003\n\n"
