"""The made-up campaign at a fiftieth of its size: who takes part, what is rejected, how the rows hold together."""

import csv
from collections.abc import Iterator

import duckdb
import pytest

from ingestion.contract import known_contracts
from ingestion.sample import CampaignSummary, write_campaign
from ingestion.settings import SEEDS, Settings
from tests.ingestion.sample_figures import compare, compute
from tests.ingestion.sample_reading import load

SCALE = 0.02


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def summary(settings: Settings) -> CampaignSummary:
    return write_campaign(settings, scale=SCALE)


@pytest.fixture(scope="module")
def campaign(settings: Settings, summary: CampaignSummary) -> Iterator[duckdb.DuckDBPyConnection]:
    assert summary.deliveries
    with load(settings.landing) as connection:
        yield connection


def value(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def test_the_perimeter_is_the_published_one(campaign: duckdb.DuckDBPyConnection) -> None:
    def complete(year: int) -> set[str]:
        rows = campaign.execute(
            "select plie_id from deliveries where coverage_from <= ? and coverage_to >= ?",
            [f"{year}-01-01", f"{year}-12-31"],
        ).fetchall()
        return {plie_id for (plie_id,) in rows}

    with (SEEDS / "plie_register.csv").open(encoding="utf-8", newline="") as file:
        register = {row["plie_id"]: row for row in csv.DictReader(file)}
    named = {plie_id for plie_id, row in register.items() if row["named_in_2021_annex"] == "oui"}
    assert len(complete(2021)) == 128
    assert len(complete(2021) - named) == 2
    assert named <= complete(2021)
    assert len(complete(2020)) == 131
    assert len(complete(2021) - complete(2020)) == 3
    assert len(complete(2020) - complete(2021)) == 6
    ended = campaign.execute(
        "select plie_id, coverage_to::varchar from deliveries where year(coverage_to) = 2021"
    ).fetchall()
    in_progress = [(plie_id, end) for plie_id, end in ended if end < "2021-12-31"]
    assert in_progress == [("PLIE-00-23", register["PLIE-00-23"]["closed_on"])]
    for plie_id, end in campaign.execute("select plie_id, coverage_to::varchar from deliveries").fetchall():
        closed = register[plie_id]["closed_on"]
        assert not closed or end <= closed


def test_the_gate_rejects_the_bad_rows_and_no_other(
    campaign: duckdb.DuckDBPyConnection, summary: CampaignSummary
) -> None:
    rejected, senders = 0, set()
    for name in known_contracts()["1.0"].resources:
        rows = campaign.execute(f"""
            select plie_id, count(*), any_value(sent) from {name}_sent anti join {name} using (plie_id, line)
            join (select plie_id, count(*) as sent from {name}_sent group by plie_id) using (plie_id)
            group by plie_id""").fetchall()
        rejected += sum(count for _, count, _ in rows)
        senders |= {plie_id for plie_id, _, _ in rows}
        assert all(count <= 10 or count <= 0.05 * sent for _, count, sent in rows)
        assert value(campaign, f"select count(*) from {name}_sent") == summary.rows[name]
    assert rejected == summary.bad_rows > 0
    assert len(senders) == 8


@pytest.mark.parametrize(
    "broken",
    [
        "etapes join parcours using (plie_id, parcours_id) where date_debut < date_entree",
        "etapes join sorties using (plie_id, parcours_id) where date_debut > date_sortie",
        """sorties where motif_sortie = 'EMPLOI_DURABLE' and (date_debut_contrat + interval 6 month > date_sortie
            or type_contrat not in ('CDI', 'CDD_6_PLUS', 'ALTERNANCE', 'FONCTION_PUBLIQUE', 'INDEPENDANT'))""",
        """parcours as one join parcours as other using (plie_id, participant_id)
            left join sorties on sorties.plie_id = one.plie_id and sorties.parcours_id = one.parcours_id
            where one.parcours_id <> other.parcours_id and one.date_entree <= other.date_entree
                and (date_sortie is null or date_sortie >= other.date_entree)""",
        "etapes where heures > 12 * (date_fin - date_debut + 1)",
        """sorties where (type_contrat = 'CDD_6_PLUS' and duree_contrat_mois < 6)
            or (type_contrat = 'CDD_MOINS_6' and duree_contrat_mois >= 6)""",
        "participants anti join parcours using (plie_id, participant_id)",
        """parcours as later join sorties on sorties.plie_id = later.plie_id and motif_sortie in ('DECES', 'RETRAITE')
            join parcours as former on former.plie_id = sorties.plie_id and former.parcours_id = sorties.parcours_id
            where former.participant_id = later.participant_id and later.date_entree > former.date_entree""",
    ],
    ids=["C01", "C02", "C03 C04", "C05", "C07", "C08", "C09", "no one comes back from death or retirement"],
)
def test_the_rows_are_coherent(campaign: duckdb.DuckDBPyConnection, broken: str) -> None:
    assert value(campaign, f"select count(*) from {broken}") == 0


def test_few_parcours_are_open_for_over_five_years(campaign: duckdb.DuckDBPyConnection) -> None:
    old = value(
        campaign,
        """
        select count(*) from parcours join deliveries using (plie_id) anti join sorties using (plie_id, parcours_id)
        where date_entree + interval 5 year < created""",
    )
    assert 0 < old < 0.05 * value(campaign, "select count(*) from parcours")


def test_stock_and_flow_close_between_all_years(campaign: duckdb.DuckDBPyConnection) -> None:
    campaign.execute("""
        create view spans as
        select plie_id, date_entree, coalesce(date_sortie, '9999-01-01') as left_on, coverage_from, coverage_to
        from parcours join deliveries using (plie_id) left join sorties using (plie_id, parcours_id)""")
    for year in range(2016, 2021):
        following = year + 1
        unbalanced = f"""
            select count(*) from (
                select
                    count(*) filter (where date_entree <= '{year}-12-31' and left_on >= '{year}-01-01') as active,
                    count(*) filter (where year(left_on) = {year}) as exits,
                    count(*) filter (where year(date_entree) = {following}) as entries,
                    count(*) filter (
                        where date_entree <= '{following}-12-31' and left_on >= '{following}-01-01'
                    ) as next_active
                from spans where coverage_from <= '{year}-01-01' and coverage_to >= '{following}-12-31'
                group by plie_id
            )
            where active - exits + entries <> next_active"""
        assert value(campaign, unbalanced) == 0


def test_those_that_join_bring_people_who_entered_before_their_coverage(campaign: duckdb.DuckDBPyConnection) -> None:
    assert (
        value(
            campaign,
            """
        select count(distinct plie_id) from deliveries join parcours using (plie_id)
        where coverage_from = '2021-01-01' and date_entree < coverage_from""",
        )
        == 3
    )
    assert (
        value(
            campaign,
            """
        select count(*) from deliveries join sorties using (plie_id) where date_sortie < coverage_from""",
        )
        == 0
    )


def test_nothing_happens_after_the_coverage_of_a_plie(campaign: duckdb.DuckDBPyConnection) -> None:
    for resource, day in (("parcours", "date_entree"), ("etapes", "date_debut"), ("sorties", "date_sortie")):
        late = f"select count(*) from {resource} join deliveries using (plie_id) where {day} > coverage_to"
        assert value(campaign, late) == 0


def test_some_plie_never_supply_some_fields_and_people_may_refuse(campaign: duckdb.DuckDBPyConnection) -> None:
    for field in ("rqth", "duree_inscription_mois"):
        silent = value(
            campaign,
            f"""
            select count(*) from (
                select plie_id from parcours group by plie_id having count({field}) = 0 and count(*) > 9
            )""",
        )
        assert 3 <= silent <= 20
    assert value(campaign, "select count(*) from parcours where rqth = 'refus'") > 0
    assert value(campaign, "select count(*) from parcours where rqth is null") > 0


def test_counts_follow_the_scale_and_shares_stay(campaign: duckdb.DuckDBPyConnection) -> None:
    computed = compute(campaign)
    assert computed["entries.total", 2021, "TOTAL"][0] == round(SCALE * 32682)
    assert computed["active.participants", 2021, "TOTAL"][0] == round(SCALE * 131000)
    assert computed["steps.by_type", 2021, "MOBILISATION"][0] == round(SCALE * 59335)
    shares = [figure for figure in compare(computed) if figure.unit == "percent" and not figure.contradiction_id]
    assert len(shares) > 50
    assert all(abs(figure.exact - float(figure.published)) < 2.5 for figure in shares)
