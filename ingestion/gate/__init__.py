"""The gate: everything that a delivery passes before one of its rows is loaded."""
