"""Loading: what the gate let in becomes rows of `raw`, with a ledger entry and an acknowledgement for each delivery."""
