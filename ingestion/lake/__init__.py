"""The warehouse as a DuckLake: rows in Parquet files, their catalog in PostgreSQL, many writers and readers at once."""
