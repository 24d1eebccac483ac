"""Entries: how many, of whom, what was not supplied, and dates that no real year has."""

from __future__ import annotations

from quality.suites.check import Check, Suite, national_change, rate_from_past, share_from_past, share_from_peers

SUITE = Suite(
    "entries",
    (
        rate_from_past("entries.volume_past", "entries.total"),
        national_change("entries.volume_national", "entries.total"),
        share_from_past("entries.age_past", "entry_profiles", "entries.by_age_band"),
        share_from_peers("entries.age_peers", "entry_profiles", "entries.by_age_band"),
        share_from_past("entries.education_past", "entry_profiles", "entries.by_education"),
        share_from_peers("entries.education_peers", "entry_profiles", "entries.by_education"),
        share_from_past("entries.situation_past", "entry_profiles", "entries.by_situation"),
        share_from_peers("entries.situation_peers", "entry_profiles", "entries.by_situation"),
        share_from_past("entries.not_supplied_past", "entries_not_supplied"),
        share_from_peers("entries.not_supplied_peers", "entries_not_supplied"),
        Check("entries.busiest_day", "forms/busiest_day", "cells/entry_days"),
    ),
)
