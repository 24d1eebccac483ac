"""How an alert leaves the house: by e-mail and as JSON to a webhook, each with a time limit, neither by default."""

from __future__ import annotations

import json
import re
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from urllib.parse import urlsplit

from ingestion.settings import Settings

TIMEOUT = 20.0
"""Seconds that a mail server or a webhook may stay silent."""


@dataclass(frozen=True)
class Alert:
    """What is told, in French: `kind` and `plie_ids` are for programs, `subject` and `lines` for people."""

    kind: str
    subject: str
    lines: tuple[str, ...]
    plie_ids: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join([self.subject, "", *self.lines])


Send = Callable[[Alert], None]


def configured_channels(settings: Settings) -> dict[str, Send]:
    """How to send, by the name of the channel; none unless an address or a webhook is set."""
    channels: dict[str, Send] = {}
    if recipients := [part for part in re.split(r"[,;\s]+", settings.alert_mail_to) if part]:
        channels["mail"] = lambda alert: _mail(settings, recipients, alert)
    if settings.alert_webhook is not None:
        address = settings.alert_webhook.get_secret_value()
        channels["webhook"] = lambda alert: _post(address, alert)
    return channels


def as_mail(sender: str, recipients: list[str], alert: Alert) -> EmailMessage:
    """The e-mail of an alert; it says of itself that no person wrote it, so that nothing answers it by itself."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = f"[PLIE] {alert.subject}"
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join([*alert.lines, "", "Message automatique de l’entrepôt national des PLIE.", ""]))
    return message


def as_json(alert: Alert) -> bytes:
    """The body that a webhook gets; those of Mattermost, Rocket.Chat and Slack show its member `text`."""
    members = {
        "kind": alert.kind,
        "subject": alert.subject,
        "text": alert.text,
        "lines": list(alert.lines),
        "plie_ids": list(alert.plie_ids),
    }
    return json.dumps(members, ensure_ascii=False).encode("utf-8")


def _mail(settings: Settings, recipients: list[str], alert: Alert) -> None:
    message = as_mail(settings.alert_mail_from or recipients[0], recipients, alert)
    trusted = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=trusted
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted)
        # A password is never sent where everyone on the way could read it.
        if settings.smtp_user and settings.smtp_password and settings.smtp_security != "none":
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def _post(address: str, alert: Alert) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("PLIE_ALERT_WEBHOOK is no http address")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address, as_json(alert), {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
        answer.read(1024)
