"""What was told already, and what waits to be told: an event is told once, and a channel that is down loses none."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

from filelock import FileLock

from ingestion.settings import Settings
from orchestration.alert_channels import Alert

logger = logging.getLogger(__name__)

REMEMBERED_DAYS = 90
"""After so long, the same event cannot come again."""
WAITING_AT_MOST = 50
"""Alerts that wait for a channel; of more, the newest."""


@dataclass
class Memory:
    """`events` and `states` say when a key was told; `waiting` holds the alerts that a channel has not taken yet."""

    events: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, list[Alert]] = field(default_factory=dict)

    def new_events(self, keys: Collection[str], today: date) -> set[str]:
        """Those of the keys that were never told; they count as told from now on."""
        oldest = (today - timedelta(days=REMEMBERED_DAYS)).isoformat()
        self.events = {key: told for key, told in self.events.items() if told >= oldest}
        new = set(keys) - set(self.events)
        self.events |= dict.fromkeys(sorted(new), today.isoformat())
        return new

    def new_states(self, kind: str, now: Collection[str], over: Collection[str], today: date) -> set[str]:
        """Of the PLIE that are in a state now, those that were not told of since it began.

        Args:
            over: PLIE for which the state is known to be over; of the others it goes on, unseen.
        """
        for plie_id in set(over) - set(now):
            self.states.pop(f"{kind}:{plie_id}", None)
        new = {plie_id for plie_id in now if f"{kind}:{plie_id}" not in self.states}
        self.states |= {f"{kind}:{plie_id}": today.isoformat() for plie_id in sorted(new)}
        return new

    def wait(self, channels: Collection[str], alerts: Collection[Alert]) -> None:
        """Puts alerts at the end of what each channel has to send."""
        for channel in channels:
            self.waiting[channel] = [*self.waiting.get(channel, []), *alerts][-WAITING_AT_MOST:]


@contextmanager
def remembering(settings: Settings) -> Iterator[Memory]:
    """The memory of alerts, alone, written back when the block ends, also when it ends with an error."""
    path = settings.data / "alerts.json"
    settings.data.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=settings.lock_timeout):
        memory = _read(path)
        try:
            yield memory
        finally:
            aside = path.with_name(f".{path.name}.part")
            aside.write_text(json.dumps(asdict(memory), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            aside.replace(path)


def _read(path: Path) -> Memory:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        waiting = {
            str(channel): [
                Alert(alert["kind"], alert["subject"], tuple(alert["lines"]), tuple(alert["plie_ids"]))
                for alert in alerts
            ]
            for channel, alerts in held["waiting"].items()
        }
        return Memory(dict(held["events"]), dict(held["states"]), waiting)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s cannot be read and is begun anew (%s)", path.name, type(error).__name__)
    return Memory()
