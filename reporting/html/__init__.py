"""The report as one self-contained HTML file: no script, no font or picture from elsewhere."""
