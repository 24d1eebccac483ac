"""Dagster definitions and the `plie` command: the only room that imports Dagster, and the only one that wires rooms."""
