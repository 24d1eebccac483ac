"""The indicators computed a second time, in plain Python from their written definitions, and small worlds to compare on."""
