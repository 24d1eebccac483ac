"""What is raised when somebody else is at work on the warehouse, whatever it is kept in."""

from __future__ import annotations


class WarehouseBusy(RuntimeError):
    """Another process writes to the warehouse; the message says which one and since when."""
