"""What may leave the house of one edition: its protected figures as CSV, Parquet and XLSX, described in French."""

from consolidation.open_data.folder import open_folder, write_open_data

__all__ = ["open_folder", "write_open_data"]
