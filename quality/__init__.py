"""Guards the yearly consolidation: suites of expectations, reconciliation of figures, waivers, and the page of results."""
