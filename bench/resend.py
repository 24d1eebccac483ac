"""Makes a newer delivery with the same content as one that was sent."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

STAMP = "%Y%m%dT%H%M%SZ"


def newer_copy(sent: Path, landing: Path, days: int = 1) -> Path:
    """Writes the delivery `sent` again as created `days` later; returns the new file."""
    plie_id, _, stamp = sent.stem.partition("_")
    created = datetime.strptime(stamp, STAMP) + timedelta(days=days)
    target = landing / f"{plie_id}_{created.strftime(STAMP)}.zip"
    aside = target.with_suffix(".part")
    with zipfile.ZipFile(sent) as old, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "datapackage.json":
                descriptor = json.loads(content)
                descriptor["created"] = created.strftime("%Y-%m-%dT%H:%M:%SZ")
                content = json.dumps(descriptor).encode()
            new.writestr(entry.filename, content)
    aside.rename(target)
    return target
