"""`python -m quality.suites` writes the committed JSON of the suites anew, after a change of code or catalogue."""

from quality.suites.expectations import write_suites

write_suites()
