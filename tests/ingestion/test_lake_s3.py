"""A lake whose files are in S3-compatible storage, on a server that the tests start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from ingestion.lake.retention import tidy
from ingestion.loading.purge import purge
from ingestion.settings import Settings
from ingestion.warehouse import reading, writer_lock
from tests.deliveries import CREATED, a_delivery
from tests.ingestion.night import NOW, OTHER, load, statuses
from tests.warehouse_reading import query

pytestmark = pytest.mark.postgres

BUCKET = "lac"
SECRET = "un-secret-du-lac"  # noqa: S105 - the storage of the tests takes any


@pytest.fixture
def bucket() -> Iterator[tuple[str, Any]]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="cle",
        aws_secret_access_key=SECRET,
    )
    client.create_bucket(Bucket=BUCKET)
    yield endpoint, client
    server.stop()


def test_a_lake_in_object_storage_loads_reads_and_forgets(lake: Settings, bucket: tuple[str, Any]) -> None:
    endpoint, client = bucket
    settings = lake.model_copy(
        update={
            "lake_path": f"s3://{BUCKET}/plie",
            "lake_s3_endpoint": endpoint,
            "lake_s3_region": "us-east-1",
            "lake_s3_access_key": "cle",
            "lake_s3_secret_key": SecretStr(SECRET),
        }
    )

    def files() -> list[str]:
        return [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    a_delivery().land(settings)
    a_delivery(OTHER).land(settings)
    assert statuses(load(settings)) == ["accepted", "accepted"]
    a_delivery(people=9, created=CREATED + timedelta(hours=1)).land(settings)
    assert statuses(load(settings)) == ["accepted"]
    assert query(settings, "select plie_id, count(*) from raw.participants group by all order by all") == [
        (OTHER, 4), ("PLIE-59-06", 9),
    ]  # fmt: skip
    before = files()
    assert {name.split("/")[0] for name in before} == {"plie"}
    assert not (settings.data / "lake").exists()
    with writer_lock(settings, "test"):
        tidy(settings)
    purge(settings, 0, "C. Martin", now=lambda: NOW + timedelta(days=1))
    assert len([name for name in files() if "/participants/" in name]) == 2
    assert len([name for name in before if "/participants/" in name]) == 3
    assert query(settings, "select count(*) from raw.participants") == [(13,)]
    with reading(settings) as connection:
        assert SECRET not in str(connection.execute("from duckdb_secrets()").fetchall())
