"""Dagster definitions and the `plie` command: the only room that imports Dagster, and the only one that wires rooms.

Whatever is started from here, by a person or by Dagster, writes files that their owner alone may read. Another account
that has to read some (a server of PLIE's own folders, say) is let in by a default access list on that folder, which
wins over this.
"""

import os

os.umask(0o077)
