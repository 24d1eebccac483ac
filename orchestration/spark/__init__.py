"""Spark builds the models: rows of `raw` land as Parquet before it, its tables come back into the store after it."""
