"""The sheets of the PLIE: two pages for each one, of its own figures, for it alone."""
