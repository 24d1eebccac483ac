"""`python -m orchestration.cli`: the `plie` command for whoever has no scripts folder on the path."""

from orchestration.cli import main

main()
