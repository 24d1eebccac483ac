"""How a list of Python goes into a query of DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterable


def as_list_value(values: Iterable[str] | Iterable[int]) -> str:
    """A list as one parameter of a query, where SQL says `?::json::varchar[]` or `?::json::integer[]`.

    DuckDB's Python client tries to import pandas for every element of a Python list that it is given.
    """
    return json.dumps(list(values))
