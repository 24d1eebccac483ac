"""Reads `datapackage.json`: the contract's members, each with its type, or findings in French (T03, T04).

Whatever a sender writes there, an answer comes back: a finding, never an exception. No value is repeated in a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingestion.contract import Contract, known_contracts
from ingestion.gate.finding import Finding, found, quotable

FILE_NAME = "datapackage.json"
SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 8

_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def _is_day(value: str) -> str:
    date.fromisoformat(value)
    return value


Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Count = Annotated[int, Field(strict=True, ge=0, le=2**40)]
Day = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_day)]
Digest = Annotated[str, StringConstraints(strict=True, pattern=r"^sha256:[0-9a-f]{64}$")]


class _Member(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Coverage(_Member):
    from_: Day = Field(alias="from")
    to: Day


class _Producer(_Member):
    name: Text
    version: Text


class _Plie(_Member):
    contract: Text
    plie_id: Text
    mode: Text
    coverage: _Coverage
    producer: _Producer
    pseudonymisation: Text


class DeclaredResource(_Member):
    """One file as the descriptor announces it: `bytes` and `rows` are counts, `hash` is `sha256:<64 hex>`."""

    name: Text
    path: Text
    encoding: Text
    bytes: Count
    hash: Digest
    rows: Count


class _Package(_Member):
    name: Text
    created: Text
    plie: _Plie
    resources: Annotated[list[DeclaredResource], Field(max_length=50)]


@dataclass(frozen=True)
class Descriptor:
    """What a delivery says of itself. `created` is None when it is no UTC time (T06)."""

    created: datetime | None
    plie_id: str
    mode: str
    coverage_from: date
    coverage_to: date
    producer_name: str
    producer_version: str
    pseudonymisation: str
    resources: tuple[DeclaredResource, ...]

    @property
    def created_at(self) -> datetime:
        """`created`, of a descriptor that rule T06 let pass."""
        if self.created is None:
            raise ValueError("no time of creation")
        return self.created

    @property
    def resource_names(self) -> tuple[str, ...]:
        return tuple(resource.name for resource in self.resources)


@dataclass(frozen=True)
class DescriptorReading:
    """The outcome of reading one: a descriptor and its contract when there is no finding; else what could be known."""

    descriptor: Descriptor | None = None
    contract: Contract | None = None
    findings: tuple[Finding, ...] = ()


def read_descriptor(content: bytes | None) -> DescriptorReading:
    """Reads the bytes of `datapackage.json`; None means that the archive holds none."""
    if content is None:
        return _incorrect(["fichier absent"])
    if len(content) > SIZE_LIMIT:
        return _incorrect(["fichier trop long"])
    try:
        members = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_distinct, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _incorrect(["ce n'est pas un JSON valide en UTF-8"])
    if _is_deeper(members, DEPTH_LIMIT):
        return _incorrect(["trop de niveaux imbriqués"])
    plie = members.get("plie") if isinstance(members, dict) else None
    version = plie.get("contract") if isinstance(plie, dict) else None
    contract = known_contracts().get(version) if isinstance(version, str) else None
    if isinstance(version, str) and contract is None:
        return DescriptorReading(findings=(found("T04", detail=_version_in_words(version)),))
    try:
        package = _Package.model_validate(members)
    except ValidationError as error:
        return DescriptorReading(None, contract, tuple(_incorrect(_in_french(error)).findings))
    descriptor = _plain(package)
    wrong = list(_beyond_contract(descriptor, contract)) if contract is not None else []
    return DescriptorReading(descriptor, contract, _incorrect(wrong).findings if wrong else ())


def _incorrect(details: Iterable[str]) -> DescriptorReading:
    return DescriptorReading(findings=(found("T03", detail=" ; ".join(details)),))


def _plain(package: _Package) -> Descriptor:
    plie = package.plie
    return Descriptor(
        created=_utc_time(package.created),
        plie_id=plie.plie_id,
        mode=plie.mode,
        coverage_from=date.fromisoformat(plie.coverage.from_),
        coverage_to=date.fromisoformat(plie.coverage.to),
        producer_name=plie.producer.name,
        producer_version=plie.producer.version,
        pseudonymisation=plie.pseudonymisation,
        resources=tuple(package.resources),
    )


def _utc_time(value: str) -> datetime | None:
    if not _CREATED.fullmatch(value):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _beyond_contract(descriptor: Descriptor, contract: Contract) -> Iterable[str]:
    """What the types cannot say: modes and resources are those of the contract, each resource and path once."""
    if descriptor.mode not in contract.modes:
        yield f"plie.mode : {' ou '.join(contract.modes)} attendu"
        return
    allowed = contract.allowed_resources(descriptor.mode)
    for place, resource in enumerate(descriptor.resources):
        if resource.name not in allowed:
            named = f"« {resource.name} » " if quotable(resource.name) else ""
            yield f"resources.{place}.name : ressource {named}inconnue du contrat pour ce mode"
    if len(set(descriptor.resource_names)) < len(descriptor.resources):
        yield "resources : une ressource est déclarée deux fois"
    paths = [resource.path for resource in descriptor.resources]
    if len(set(paths)) < len(paths) or FILE_NAME in paths:
        yield "resources : deux ressources ont le même fichier"


_FRENCH = {
    "missing": "membre absent",
    "string_type": "texte attendu",
    "int_type": "nombre entier attendu",
    "list_type": "liste attendue",
    "model_type": "objet attendu",
    "string_too_short": "texte vide",
    "string_too_long": "texte trop long",
    "too_long": "trop d'éléments",
    "greater_than_equal": "nombre négatif",
    "less_than_equal": "nombre trop grand",
    "value_error": "date inexistante",
}


def _in_french(error: ValidationError) -> list[str]:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        f"{'.'.join(map(str, fault['loc'])) or FILE_NAME} : {_FRENCH.get(fault['type'], 'forme incorrecte')}"
        for fault in faults[:10]
    ]


def _version_in_words(version: str) -> str:
    return version if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", version) else "illisible"


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member occurs twice")
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _is_deeper(value: Any, levels: int) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(child, levels - 1) for child in children)
