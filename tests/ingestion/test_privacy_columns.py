"""P04: columns named as an identity."""

from __future__ import annotations

import pytest

from ingestion.contract import known_contracts
from ingestion.gate.privacy import PrivacyHit, scan

IDENTITIES = """
nom
Nom
NOMS
prenom
Prénom
prénom(s)
Nom d'usage
nom_naissance
NomNaissance
nomDeNaissance
NOMNAISSANCE
nom de jeune fille
nom_beneficiaire
nom prénom
NomPrenom
last_name
firstName
full name
identité
date_naissance
datenaissance
Date de naissance
lieu naissance
DDN
birthdate
Né(e) le
adresse
Adresse postale
adresse1
adresse_mail
adressemail
telephone
Téléphone
TÉL.
tel_portable
tel2
numtel
N° tél
mobile
mail
e-mail
E-Mail
mail_perso
courriel
courriels
mél
nir
NIR
n° sécu
num_secu
numero_securite_sociale
No SS
num_insee
matricule_caf
identifiant_pole_emploi
iban
RIB
""".strip().splitlines()

OTHERS = """
nom_structure
nom_plie
structure_name
commune
niveau
nombre
nombre_enfants
economie
autonomie
denomination
nomenclature
mobilite
permis
telemaintenance
tribune
ruelle
mairie
normal
numero
code_insee
montant
commentaire
date
referent
date_de_fin_de_formation
""".strip().splitlines()


@pytest.mark.parametrize("column", IDENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_column_named_as_an_identity_is_found(column: str, encoding: str) -> None:
    hits = scan("participants.csv", f'participant_id;sexe;"{column}"\nx;F;y\n'.encode(encoding), "utf-8")
    assert [(hit.rule, hit.resource, hit.line) for hit in hits] == [("P04", "participants", 1)]


@pytest.mark.parametrize("column", OTHERS)
def test_another_column_is_left_to_the_rule_on_unknown_columns(column: str) -> None:
    assert not scan("participants.csv", f"participant_id;{column}\n".encode())


def test_no_column_of_a_contract_is_an_identity() -> None:
    for contract in known_contracts().values():
        for resource in contract.allowed_resources("delta").values():
            for delimiter in ";,\t|":
                assert not scan(f"{resource.name}.csv", delimiter.join(resource.field_names).encode())


@pytest.mark.parametrize("delimiter", list(";,\t|"))
def test_the_header_of_any_table_counts_whatever_its_name_and_delimiter(delimiter: str) -> None:
    text = f"Prénom{delimiter}Ville\nx{delimiter}y\n".encode()
    for name in ("contacts.csv", "contacts.txt", "contacts"):
        assert list(scan(name, text)) == [PrivacyHit("P04", name.removesuffix(".csv"), "prenom", 1)]


def test_each_such_column_is_one_hit() -> None:
    hits = scan("participants.csv", b"participant_id;Nom;Date de naissance;e-mail\n")
    assert [hit.field for hit in hits] == ["nom", "date_de_naissance", "mail"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_all_such_columns_are_found_whichever_way_the_header_must_be_read(encoding: str) -> None:
    hits = scan("participants.csv", "Nom;Prénom;Né(e) le;participant_id\n".encode(encoding), "utf-8")
    assert sorted(hit.field or "" for hit in hits) == ["ne_le", "nom", "prenom"]


def test_only_words_of_the_catalogue_are_repeated() -> None:
    (hit,) = scan("participants.csv", b"participant_id;nom Dupontel\n")
    assert hit.field == "nom"


@pytest.mark.parametrize("top", ["", "\n\n", "sep=;\r\n", "\ufeff"])
def test_what_stands_above_the_header_does_not_hide_it(top: str) -> None:
    (hit,) = scan("participants.csv", f"{top}nom;prescripteur\nx;y\n".encode())
    assert (hit.rule, hit.field, hit.line) == ("P04", "nom", 1 + top.count("\n"))


def test_prose_and_descriptors_have_no_columns() -> None:
    assert not scan(
        "lisezmoi.txt", "Bonjour, le nom des fichiers a changé,\nmerci de votre mail, à bientôt !\n".encode()
    )
    assert not scan("datapackage.json", b'{"name": "x", "plie": {"producer": {"name": "y"}}}')


def test_a_column_of_identity_is_found_in_a_file_that_is_otherwise_broken() -> None:
    assert scan("participants.csv", b'participant_id;nom;"x\ny;z\n"').counts == {"P04": 1}
