"""The explorer: one page, without server or network, over everything that an edition publishes."""

from reporting.explorer.page import render_explorer

__all__ = ["render_explorer"]
