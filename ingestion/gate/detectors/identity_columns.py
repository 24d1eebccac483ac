"""P04: columns named as an identity, however they are written (`Prénom`, `NOM_NAISSANCE`, `dateNaissance`, `N° tél.`).

Only words of the lists below are ever repeated to anyone: a file without a header shows its first row instead.
"""

from __future__ import annotations

import re
from functools import cache

from ingestion.contract import known_contracts


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IDENTITY = _words("""
    nom prenom patronyme patronymique surnom alias identite name firstname lastname surname forename fullname
    givenname adresse adr address domicile rue coordonnee naissance naiss nais ddn birth birthdate birthday
    dob telephone tel phone telephon portable mobile gsm fax mail email courriel mel mailto nir nirpp nss nni
    secu ssn matricule allocataire iban rib bic bban passeport passport cni agdref
""")
_WITH_IDENTITY = _words("""
    de du des la le les et ou of the no num numero number code id identifiant ident ref date lieu pays jour
    mois annee an ville commune cp postal postale postaux complement ligne voie usage usuel usuelle famille
    family first last full given jeune fille marital maritale epouse epoux conjoint naissance personne
    personnel personnelle perso individu beneficiaire participant participante usager client candidat
    demandeur salarie referent contact fixe pro professionnel professionnelle domicile sociale social securite
""")
"""Words that are glued to one of identity: `datenaissance`, `nomjeunefille`, `numtel`."""
_THINGS = _words("""
    structure plie organisme entreprise association commune ville region departement quartier qpv territoire
    site fichier file ressource resource colonne column table champ field variable logiciel produit action
    formation dispositif projet diplome metier secteur etape mesure programme
""")
"""What may have a `nom` without being a person."""
_NAMES = frozenset({"nom", "name"})
_PHRASES = (
    frozenset({"securite", "sociale"}),
    *(frozenset({number, "insee"}) for number in ("numero", "num", "no", "n")),
    *(frozenset({number, "ss"}) for number in ("numero", "num", "no", "n")),
    *(frozenset({born, article}) for born in ("ne", "nee") for article in ("le", "la", "a")),
    *(frozenset({kind, "pole", "emploi"}) for kind in ("identifiant", "id", "numero", "num", "no")),
    *(frozenset({kind, "france", "travail"}) for kind in ("identifiant", "id", "numero", "num", "no")),
)
_WORDS = re.compile(r"[A-Z]+(?![a-z\x1a])|[A-Z]?[a-z\x1a]+")
"""A character that could not be read (`folding.UNREADABLE`) is part of a word: `Pr?nom` does not hold `nom`."""
_LONGEST_NAME = 60


def identity_in(column: str) -> str | None:
    """The words of identity in a folded column name, joined by `_`; None for another name, the contract's included."""
    if column.strip() in _contract_columns() or len(column) > _LONGEST_NAME:
        return None
    words = [part for word in _WORDS.findall(column) for part in _parts(word.lower())]
    if any(phrase <= set(words) for phrase in _PHRASES):
        return "_".join(word for word in words if any(word in phrase for phrase in _PHRASES))
    identity = [word for word in words if word in _IDENTITY]
    if not identity or (set(identity) <= _NAMES and _THINGS & set(words)):
        return None
    return "_".join(word for word in words if word in _IDENTITY or word in _WITH_IDENTITY)


def is_contract_column(column: str) -> bool:
    """Whether a folded name is a column of any known contract."""
    return column in _contract_columns()


@cache
def _contract_columns() -> frozenset[str]:
    return frozenset(
        name
        for contract in known_contracts().values()
        for resource in contract.allowed_resources("delta").values()
        for name in resource.field_names
    )


def _parts(word: str) -> list[str]:
    """The word in the singular, or the known words that it is glued from when one of them is of identity."""
    if (known := _known(word)) is not None:
        return [known]
    glued = _glued(word)
    return glued if glued and _IDENTITY & set(glued) else [word]


def _known(word: str) -> str | None:
    for form in (word, word.removesuffix("s"), word.removesuffix("x")):
        if form in _IDENTITY or form in _WITH_IDENTITY or form in _THINGS:
            return form
    return None


def _glued(word: str) -> list[str] | None:
    """Known words that make up the whole word, the longest first; None when they do not."""
    if not word:
        return []
    for end in range(len(word), 1, -1):
        head = _known(word[:end])
        if head is not None and (rest := _glued(word[end:])) is not None:
            return [head, *rest]
    return None
