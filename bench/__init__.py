"""Measurements, as ratios within one run. Nothing here decides whether a change may land."""
