"""How a dbt model, seed, source or test looks in Dagster: one small method for each thing that is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.dbt_results import COLUMN_LINEAGE
from orchestration.manifest import KnownProject
from orchestration.owners import ANALYSTS, DATA_ENGINEERS

PSEUDONYM = "participant_id"
"""A table with this column holds rows of single people, under a pseudonym."""

Props = Mapping[str, Any]


class PlieTranslator(DagsterDbtTranslator):
    """Keys are `schema/table`, groups are the layers, and what a person reads is what the YAML beside a model says."""

    def __init__(self, known: KnownProject) -> None:
        super().__init__()
        self._lineage = known.lineage
        self._nodes = {**known.manifest["sources"], **known.manifest["nodes"]}

    def get_asset_key(self, dbt_resource_props: Props) -> dg.AssetKey:
        """`schema/table`, as one would write it in SQL."""
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Props) -> str:
        """The layer, which is the schema."""
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Props) -> str:
        """The grain, first of all; the SQL is in the metadata."""
        return str(dbt_resource_props.get("description") or "")

    def get_owners(self, dbt_resource_props: Props) -> Sequence[str]:
        """Who is asked about it: analysts for what they query, data engineers for what leads there."""
        return [ANALYSTS if dbt_resource_props["schema"] == "marts" else DATA_ENGINEERS]

    def get_tags(self, dbt_resource_props: Props) -> Mapping[str, str]:
        """Which layer, and whether rows are those of single people."""
        holds_people = PSEUDONYM in dbt_resource_props.get("columns", {})
        return {"layer": self.get_group_name(dbt_resource_props)} | (
            {"data": "pseudonymised"} if holds_people else {"data": "no-person"}
        )

    def get_metadata(self, dbt_resource_props: Props) -> Mapping[str, Any]:
        """Columns with their descriptions, of which columns each is made, and the SQL as it was written."""
        written = dbt_resource_props.get("raw_code")
        lineage = self._column_lineage(str(dbt_resource_props["unique_id"]))
        return {
            **super().get_metadata(dbt_resource_props),
            **({"sql": dg.MetadataValue.md(f"```sql\n{written}\n```")} if written else {}),
            **({COLUMN_LINEAGE: lineage} if lineage else {}),
        }

    def get_asset_spec(self, manifest: Props, unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """As dagster-dbt makes it, with the form that the model takes among its kinds."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        form = "seed" if props["resource_type"] == "seed" else props.get("config", {}).get("materialized")
        return spec.replace_attributes(kinds={*spec.kinds, form}) if form else spec

    def _column_lineage(self, unique_id: str) -> dg.TableColumnLineage | None:
        columns = self._lineage.get(unique_id)
        if not columns:
            return None
        return dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(asset_key=self.get_asset_key(self._nodes[parent]), column_name=name)
                    for parent, name in parents
                ]
                for column, parents in columns.items()
            }
        )
