"""How a dbt model, seed, source or test looks in Dagster: one small method for each thing that is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.column_lineage import Column
from orchestration.manifest import KnownProject
from orchestration.owners import ANALYSTS, DATA_ENGINEERS

PSEUDONYM = "participant_id"
"""A table with this column holds rows of single people, under a pseudonym."""

COLUMN_SCHEMA = "dagster/column_schema"
ORIGINS_TOLD = 3

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
        parents = self._lineage.get(str(dbt_resource_props["unique_id"]), {})
        metadata = dict(super().get_metadata(dbt_resource_props))
        schema = metadata.get(COLUMN_SCHEMA)
        if isinstance(schema, dg.TableSchema):
            metadata[COLUMN_SCHEMA] = dg.TableSchema(
                columns=[_with_origin(column, self._names(parents.get(column.name, []))) for column in schema.columns]
            )
        if parents:
            metadata["dagster/column_lineage"] = self._column_lineage(parents)
        if written:
            metadata["sql"] = dg.MetadataValue.md(f"```sql\n{written}\n```")
        return metadata

    def get_asset_spec(self, manifest: Props, unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """As dagster-dbt makes it, with the form that the model takes among its kinds."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        form = "seed" if props["resource_type"] == "seed" else props.get("config", {}).get("materialized")
        return spec.replace_attributes(kinds={*spec.kinds, form}) if form else spec

    def _names(self, parents: Sequence[Column]) -> list[str]:
        return [".".join([*self.get_asset_key(self._nodes[parent]).path, column]) for parent, column in parents]

    def _column_lineage(self, columns: Mapping[str, Sequence[Column]]) -> dg.TableColumnLineage:
        return dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(asset_key=self.get_asset_key(self._nodes[parent]), column_name=name)
                    for parent, name in parents
                ]
                for column, parents in columns.items()
            }
        )


def _with_origin(column: dg.TableColumn, origins: Sequence[str]) -> dg.TableColumn:
    """The column with its origin told in its description: the open-source pages do not draw the lineage of columns."""
    if not origins:
        return column
    others = f" and {len(origins) - ORIGINS_TOLD} more" if len(origins) > ORIGINS_TOLD else ""
    told = f"From {', '.join(origins[:ORIGINS_TOLD])}{others}."
    return dg.TableColumn(
        name=column.name,
        type=column.type,
        description=f"{column.description} {told}" if column.description else told,
        constraints=column.constraints,
        tags=column.tags,
    )
