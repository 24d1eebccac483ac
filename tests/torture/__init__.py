"""Torture: deliveries that nobody should send, loads that are killed at any instant, disks that are full.

Long runs are commands (`python -m tests.torture.fuzz`, `python -m tests.torture.crashes`); short ones are tests.
"""
