"""The indicators computed a second time, in plain Python from their definitions, and small worlds to compare on."""
