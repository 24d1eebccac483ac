"""The transfer contract: what one PLIE sends.

Each version is a folder of Frictionless Table Schemas and a `contract.json`. A new version is a new folder beside
`v1_0`; nothing here names a version: `known_contracts()` finds them.
"""

from ingestion.contract.model import Contract, Field, ForeignKey, Limits, Resource, known_contracts
from ingestion.contract.nomenclature import code_lists, codes_of_group
from ingestion.contract.register import open_plie_ids, plie_names, registered_plie_ids

__all__ = [
    "Contract",
    "Field",
    "ForeignKey",
    "Limits",
    "Resource",
    "code_lists",
    "codes_of_group",
    "known_contracts",
    "open_plie_ids",
    "plie_names",
    "registered_plie_ids",
]
