"""Charts: what each one shows (`gallery`), as data first (`chart`), then drawn with Altair, one file per shape."""
