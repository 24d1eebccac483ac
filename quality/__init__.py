"""Guards the yearly consolidation: suites of expectations, reconciliation, waivers, and the page of results."""
