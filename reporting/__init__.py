"""Makes what is read from one frozen edition: the annual report, the sheets of the PLIE, the explorer."""
