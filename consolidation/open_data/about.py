"""What an edition rests on, as `edition.json` tells the public: who took part, which deliveries, checks and answers."""

from __future__ import annotations

from typing import Any

import duckdb

from consolidation.editions.edition import Edition


def about_edition(connection: duckdb.DuckDBPyConnection, edition: Edition) -> dict[str, Any]:
    """Everything that identifies an edition and what it was made of; no person is named.

    The digests of single parts stay in the house: with all other rows known, one of a few hidden counts could be tried
    until the digest fits. The digest of the whole also covers results of checks that nobody outside knows.
    """

    def rows(query: str) -> list[dict[str, Any]]:
        cursor = connection.execute(query, [edition.edition_id])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return {
        "avertissement": "Données fictives\u202f: aucune personne réelle." if edition.is_made_up else None,
        "edition_id": edition.edition_id,
        "year": edition.year,
        "number": edition.number,
        "frozen_at": f"{edition.frozen_at:%Y-%m-%dT%H:%M:%SZ}",
        "reason": edition.reason,
        "previous_edition_id": edition.previous_edition_id,
        "digest": edition.digest,
        "code_version": edition.code_version,
        "code_commit": edition.code_commit,
        "catalogue_version": edition.catalogue_version,
        "is_made_up": edition.is_made_up,
        "plie": rows(
            "select plie_id, name, coverage_from::varchar as coverage_from, coverage_to::varchar as coverage_to"
            " from consolidation.edition_plie where edition_id = ? order by plie_id"
        ),
        "deliveries": rows(
            "select plie_id, file_name, mode, sha256 from consolidation.edition_deliveries where edition_id = ?"
            " order by plie_id, file_name, sha256"
        ),
        "checks": rows(
            "select severity, status, count(*) as n from consolidation.checks where edition_id = ?"
            " group by all order by all"
        ),
        "waivers": rows(
            "select check_id, plie_id, reason from consolidation.edition_waivers where edition_id = ?"
            " order by check_id, plie_id nulls first, reason"
        ),
    }
