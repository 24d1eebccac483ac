"""From a file that a PLIE sends to typed rows in the `raw` schema. Imports no other room of the project."""
