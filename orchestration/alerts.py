"""What is told, and when: refused and held deliveries, PLIE that cannot be reached or are late, runs that failed.

Nothing here ever fails a night. No message holds a row, an error's own text or a secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ingestion.acknowledgement.wording import NARROW, day, typeset
from ingestion.contract import plie_names
from ingestion.loading.intake import Outcome, utc_now
from ingestion.made_up_mark import is_made_up
from ingestion.nights import LatePlie, late_plie, night_of
from ingestion.settings import Settings
from ingestion.sources.visits import TRANSPORT_ERROR, Visit
from ingestion.warehouse import WarehouseBusy, reading
from orchestration.alert_channels import Alert, Send, configured_channels
from orchestration.alert_memory import Memory, remembering

if TYPE_CHECKING:
    from orchestration.night import Night

logger = logging.getLogger(__name__)

LISTED = 40
"""Lines of one alert; more are counted."""

_TITLES = {
    "refused": ("livraison refusée", "livraisons refusées"),
    "held": ("livraison en attente de confirmation", "livraisons en attente de confirmation"),
    "error": ("livraison non traitée", "livraisons non traitées"),
    "unreachable": ("PLIE injoignable", "PLIE injoignables"),
    "late": ("PLIE en retard", "PLIE en retard"),
}
_ADVICE = {
    "refused": "L'accusé de réception dit au PLIE ce qu'il doit corriger. Rien n'est à faire ici.",
    "held": 'Après en avoir parlé avec le PLIE : plie release FICHIER --reason "…"',
    "error": "Le fichier est resté dans le dossier d'arrivée ; la prochaine nuit le reprendra.",
    "unreachable": "La prochaine nuit essaiera de nouveau ; ce message ne se répète pas tant que cela dure.",
    "late": "Ce message ne se répète pas tant que le retard dure.",
}


def tell_night(settings: Settings, night: Night) -> None:
    """Tells what a night brought to know, each event once, one message for each kind of event."""

    def alerts(memory: Memory) -> list[Alert]:
        late = _late(settings, night.night)
        return [
            *_of_deliveries(memory, night.outcomes, night.night),
            *_of_unreachable(memory, night.visits, night.night),
            *(_of_late(memory, late, night.night) if late is not None else []),
        ]

    _tell(settings, alerts)


def tell_run_failed(settings: Settings, run_id: str, job: str, steps: Sequence[str] = ()) -> None:
    """Tells that a run failed, once.

    Args:
        steps: names of what failed in it, never an error's own text, which may quote a row.
    """

    def alerts(memory: Memory) -> list[Alert]:
        if not memory.new_events([f"run:{run_id}"], night_of(utc_now())):
            return []
        lines = [f"Tâche{NARROW}: {job}", f"Exécution{NARROW}: {run_id}"]
        lines += [f"En cause{NARROW}: {', '.join(steps[:LISTED])}"] if steps else []
        lines.append(
            typeset("Les chiffres publiés restent ceux d'avant. Le détail est dans le journal de l'exécution.")
        )
        return [Alert("run_failed", f"Une exécution a échoué{NARROW}: {job}", tuple(lines))]

    _tell(settings, alerts)


def _tell(settings: Settings, alerts: Callable[[Memory], list[Alert]]) -> None:
    """Finds what is new, then sends what waits, channel by channel. Whatever fails is logged, by its kind alone."""
    channels = configured_channels(settings)
    if not channels:
        return
    try:
        with remembering(settings) as memory:
            memory.wait(list(channels), [_marked(settings, alert) for alert in alerts(memory)])
            for name, send in channels.items():
                _send_waiting(name, send, memory.waiting[name])
    except Exception as error:
        logger.error("Alerts could not be made: %s", type(error).__name__)


def _send_waiting(channel: str, send: Send, waiting: list[Alert]) -> None:
    while waiting:
        try:
            send(waiting[0])
        except Exception as error:
            logger.error("%d alerts wait, since %s failed: %s", len(waiting), channel, type(error).__name__)
            return
        waiting.pop(0)


def _of_deliveries(memory: Memory, outcomes: Sequence[Outcome], night: date) -> list[Alert]:
    """One alert for each of refused, held and failed; a file that is refused again is another delivery."""
    alerts = []
    for status in ("refused", "held", "error"):
        concerned = {
            f"{status}:{outcome.delivery_id or f'{outcome.plie_id}/{outcome.file_name}'}": outcome
            for outcome in outcomes
            if outcome.status == status
        }
        new = memory.new_events(list(concerned), night)
        told = [outcome for key, outcome in concerned.items() if key in new]
        lines = [_line(outcome.plie_id, outcome.file_name, typeset(_said(outcome))) for outcome in told]
        alerts += [_listing(status, lines, [outcome.plie_id for outcome in told], night)] if told else []
    return alerts


def _said(outcome: Outcome) -> str:
    """The finding in words; of a failure of ours only its kind, since an error may quote what it met."""
    return outcome.message.partition(":")[0] if outcome.status == "error" else outcome.message


def _of_unreachable(memory: Memory, visits: Sequence[Visit], night: date) -> list[Alert]:
    failed = {visit.plie_id: visit for visit in visits if visit.status == TRANSPORT_ERROR}
    reached = [visit.plie_id for visit in visits if visit.status != TRANSPORT_ERROR]
    new = sorted(memory.new_states("unreachable", failed, reached, night))
    lines = [_line(plie_id, failed[plie_id].message) for plie_id in new]
    return [_listing("unreachable", lines, new, night)] if new else []


def _of_late(memory: Memory, late_now: Sequence[LatePlie], night: date) -> list[Alert]:
    late = {plie.plie_id: plie for plie in late_now}
    new = sorted(memory.new_states("late", late, plie_names(), night))
    lines = [
        _line(plie_id, f"dernière livraison acceptée le {day(late[plie_id].last_accepted_on)}", _since(late[plie_id]))
        for plie_id in new
    ]
    return [_listing("late", lines, new, night)] if new else []


def _late(settings: Settings, night: date) -> list[LatePlie] | None:
    """The PLIE that are late; None when the warehouse cannot be read now, which says nothing of them."""
    try:
        with reading(settings) as connection:
            return late_plie(connection, settings, night)
    except (WarehouseBusy, OSError) as error:
        logger.warning("Whether a PLIE is late is not known tonight: %s", type(error).__name__)
        return None


def _since(plie: LatePlie) -> str:
    return f"il y a {plie.n_nights} nuit{'s' if plie.n_nights > 1 else ''}"


def _line(plie_id: str, *parts: str) -> str:
    """« - PLIE-75-01, PLIE de Paris : fichier – ce qui est dit »; names of files stay as they are."""
    sender = ", ".join(filter(None, [plie_id, typeset(plie_names().get(plie_id, ""))]))
    return f"- {sender}{NARROW}: {' – '.join(filter(None, parts))}"


def _listing(kind: str, lines: Sequence[str], plie_ids: Sequence[str], night: date) -> Alert:
    title = _TITLES[kind][len(lines) > 1]
    shown = [*lines[:LISTED], *([f"… et {len(lines) - LISTED} autres."] if len(lines) > LISTED else [])]
    subject = f"{len(lines)} {title}, nuit du {day(night)}"
    return Alert(kind, subject, (*shown, "", typeset(_ADVICE[kind])), tuple(plie_ids))


def _marked(settings: Settings, alert: Alert) -> Alert:
    """Made-up people alarm nobody."""
    if not is_made_up(settings):
        return alert
    return Alert(alert.kind, f"Données fictives – {alert.subject}", alert.lines, alert.plie_ids)
