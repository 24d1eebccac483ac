"""A fiche that names or reaches a person is kept nowhere, the archived workbook included; the rest is loaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from ingestion.settings import Settings
from ingestion.survey.intake import load_surveys
from tests.survey_workbooks import FICHE, TODAY, a_survey, as_xlsx, land_survey, read
from tests.warehouse_reading import acknowledgement, column

NIR = "255081416802538"
IBAN = "FR1420041010050500013M02606"


def bytes_below(folder: Path) -> Iterator[bytes]:
    """Everything that is kept, the parts of zipped files too."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield content
            if content.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    yield from (archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        ("P01", f"Madame X, {NIR}", NIR),
        ("P02", "Écrire à jeanne.dupont@example.org pour s'inscrire", "jeanne.dupont@example.org"),
        ("P03", "Appelez le 06 12 34 56 78", "06 12 34 56 78"),
        ("P03", "Appelez le 06 12\n34 56 78 le matin", "34 56 78"),
        ("P06", f"Virement sur {IBAN}", IBAN),
    ],
)
@pytest.mark.parametrize("place", [1, 3, 5])
def test_a_fiche_with_something_personal_is_destroyed_and_the_rest_is_loaded(
    settings: Settings, rule: str, text: str, value: str, place: int
) -> None:
    book = a_survey()
    bad = list(FICHE)
    bad[place] = text
    book["Fiches_actions"].append(bad)
    path = land_survey(settings, as_xlsx(book))
    (outcome,) = load_surveys(settings, now=lambda: TODAY)
    assert outcome.status == "accepted_with_rejects"
    told = acknowledgement(settings, path)
    assert [(finding["rule"], finding["severity"], finding["lines"]) for finding in told["findings"]] == [
        (rule, "reject", [3])
    ]
    assert "La fiche a été détruite." in told["findings"][0]["message"]
    assert column(settings, "select count(*) from raw.action_sheets") == [1]
    assert column(settings, "select count(*) > 8 from raw.survey_answers") == [True]
    assert not any(value.encode() in content for content in bytes_below(settings.data))


def test_a_fiche_is_searched_even_when_it_is_wrong_for_another_reason() -> None:
    book = a_survey()
    book["Fiches_actions"][1][0] = "Thème inconnu"
    book["Fiches_actions"][1][3] = "06 12 34 56 78"
    assert sorted(finding.rule for finding in read(book).findings) == ["P03", "S04"]


def test_nothing_but_accepted_answers_is_kept_of_a_workbook(settings: Settings) -> None:
    def touch(workbook: Workbook) -> None:
        workbook.properties.creator = "Jeanne Dupont"
        workbook["Financements"]["A2"].comment = Comment("voir Mme Durand", "Durand")
        hidden = workbook.create_sheet("Notes")
        hidden["A1"] = "Mme Martin, 06 12 34 56 78"
        hidden.sheet_state = "hidden"
        workbook["Financements"]["F9"] = "rappeler M. Petit"

    land_survey(settings, as_xlsx(a_survey(), touch))
    load_surveys(settings, now=lambda: TODAY)
    kept = list(bytes_below(settings.data))
    for name in ("Dupont", "Durand", "Martin", "Petit", "06 12 34 56 78"):
        assert not any(name.encode() in content for content in kept), name


def test_a_name_of_a_file_that_holds_a_telephone_number_is_repeated_nowhere(settings: Settings) -> None:
    land_survey(settings, b"x", name="enquete 06 12 34 56 78.xls")
    (outcome,) = load_surveys(settings, now=lambda: TODAY)
    assert outcome.status == "refused"
    assert "06 12 34 56 78" not in "".join(str(path) for path in settings.data.rglob("*"))
    assert not any(b"06 12 34 56 78" in content for content in bytes_below(settings.data))


def test_ordinary_figures_and_dates_in_a_fiche_raise_no_alarm() -> None:
    book = a_survey()
    told = "Du 01/03/2021 au 15.06.2021, 24 personnes, 12 500 € et 1 234 567 heures ; loi n° 2018-771, article L5131-3."
    book["Fiches_actions"][1][3] = told
    assert read(book).findings == ()
