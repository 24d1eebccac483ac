"""Values that cells should not hold, or that each cell may hold but not beside the others."""

from __future__ import annotations

DATES = (
    "2021-02-29", "2021-13-01", "2021-00-00", "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01",
    "2021-1-1", "2021/01/01", "01/02/2021", "20210101", "2021-01-01 00:00:00", "2021-01-01T00:00:00Z", "1899-12-31",
    "٢٠٢١-٠١-٠١", "２０２１-01-01", "2021-01-01 ", " 2021-01-01", "-2021-01-01", "+2021-01-01", "infinity", "-infinity",
    "epoch", "now", "today", "44197", "1990-05-31", "1990-06-01", "2021-12-31", "2022-01-01", "2262-04-12",
    "2021–01–01",
    "5877642-06-25", "2021-01-01 (BC)", "2021-01-32", "1582-10-10", "", "2015-06-30", "2019-12-31", "2020-05-04",
    "2021-06-30",
)  # fmt: skip
NUMBERS = (
    "-1", "-0", "0", "00", "007", "+5", "1.5", "1,5", "1,", ",5", "1,5,5", "1e5", "1E400", "1e-400", "NaN", "nan",
    "inf", "-Infinity", "0x1F", "1_000", "1 000", "1\u00a0000", "1\u202f000", "٣", "３", "½", "²", "1/2", "--1", "−1",
    "9" * 18, "9" * 19, "9" * 20, "9" * 400, "2147483647", "2147483648", "-2147483649", "9223372036854775808",
    "0," + "0" * 300 + "1", "1" * 309, "1" * 310 + ",5", "trente", "1;2", "14", "15", "80", "81", "600", "601", "0,0",
)  # fmt: skip
TEXTS = (
    "", " ", "\t", "\u00a0", "\ufeff", "\u200b", "\u202e", "N/A", "null", "NULL", "none", "#REF!", "=1+1", "+1",
    "@SUM(A1)",
    "-1+1|cmd", "=HYPERLINK(\"x\")", "'; drop table raw.parcours; --", "' or 1=1 --", "\\", "\\n", "\\N", "{gabarit}",
    "%s", "$(id)", "<b>x</b>", "&lt;", "é", "e\u0301", "ß", "ﬁ", "😀", "\U0010ffff", "œ", "€", "Ÿ", "\x1b[31m", "\x07",
    "\x08", "\x0b", "\x0c", "\x7f", "\x85", "\u2028", "\u2029", "\x1a", "\x01", "a" * 41, "a" * 4096, "a" * 4097,
    "é" * 2049, "a" * 70_000, "../../etc/passwd", "F ", " F", "f", "Ｆ", "oui ", "OUI", "Oui", "0", "1", "-", ".", "_",
    "a.b-c_d", "A" * 40, "0" * 64, "f" * 64, "0123456789abcdef" * 4, "G" * 64, "a" * 63, "a" * 65, "EMPLOI",
    "EMPLOI_DURABLE",
)  # fmt: skip
EVERY = (*DATES, *NUMBERS, *TEXTS)
PLAUSIBLE: dict[str, tuple[str, ...]] = {
    "sexe": ("F", "H", "N"),
    "type_etape": ("EMPLOI", "MOBILISATION", "FORMATION_QUALIFIANTE", "IMMERSION"),
    "motif_sortie": ("EMPLOI_DURABLE", "FORMATION_QUALIFIANTE", "ABANDON", "AUTRE_POSITIVE", "DEMENAGEMENT"),
    "type_contrat": ("", "CDI", "CDD_6_PLUS", "CDD_MOINS_6", "INTERIM", "INDEPENDANT", "CDDI"),
    "structure_accueil": ("", "ACI", "ENTREPRISE"),
    "categorie_employeur": ("", "ENTREPRISE"),
    "secteur_naf": ("", "A", "U"),
    "heures": ("", "0", "9999", "12,5", "1000000"),
    "duree_contrat_mois": ("", "0", "5", "6", "120"),
    "age_entree": ("", "15", "80"),
    **dict.fromkeys(("brsa", "ass", "aah", "rqth", "qpv", "cofinance_fse"), ("", "oui", "non", "refus")),
    **dict.fromkeys(
        ("date_entree", "date_debut", "date_fin", "date_sortie", "date_debut_contrat"),
        (
            "1990-06-01",
            "2010-01-01",
            "2019-06-30",
            "2020-05-04",
            "2021-03-15",
            "2021-12-31",
            "2022-01-01",
            "2024-02-29",
            "",
        ),
    ),
}
"""Values that can each be right, but not always together: rules on more than one cell."""
NUMERIC = ("age_entree", "niveau_formation", "duree_inscription_mois", "heures", "duree_contrat_mois")
LARGEST = 3_000_000
"""Characters that repeated lines may come to: a test of limits is cheaper with zeros (`zip_container.bomb`)."""
BYTES = (b"\0", b"\x81", b"\x8d", b"\x90", b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xa4")
ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "utf-16", "utf-16-le", "utf-32", "cp437", "utf-7", "cp500")
