"""From the French templates (`reporting/texts`) to the tree of the report: what they may say, and how it is parsed."""
