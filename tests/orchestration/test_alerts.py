"""What is told, once and without secrets, by e-mail to a real mail server and by webhook to a real web server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dagster as dg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from ingestion.loading.intake import Outcome
from ingestion.settings import Settings
from ingestion.sources.visits import Visit
from ingestion.warehouse import writing
from orchestration.alert_sensors import run_failure_alerts
from orchestration.alerts import tell_night, tell_run_failed
from orchestration.cli import app
from orchestration.night import Night
from tests.deliveries import PLIE
from tests.ingestion.night import OTHER, load
from tests.openssh_server import free_port

NIGHT = date(2022, 1, 4)


class Postbox:
    """Takes every e-mail, or none while `is_closed`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.is_closed = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.is_closed:
            return "451 come back later"
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    handler, port = Postbox(), free_port()
    controller = Controller(handler, "127.0.0.1", port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def webhook() -> Iterator[tuple[list[dict[str, Any]], str]]:
    """What was posted, and the address."""
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield posted, f"http://127.0.0.1:{server.server_port}/crochet/jeton"
        server.shutdown()


@pytest.fixture
def mailing(settings: Settings, postbox: tuple[Postbox, int]) -> Settings:
    with writing(settings, "an empty warehouse"):
        pass
    return settings.model_copy(
        update={
            "alert_mail_to": "equipe@example.fr, astreinte@example.fr",
            "alert_mail_from": "entrepot@example.fr",
            "smtp_host": "127.0.0.1",
            "smtp_port": postbox[1],
            "smtp_security": "none",
        }
    )


def night(*came: Outcome | Visit, on: date = NIGHT) -> Night:
    visits = tuple(entry for entry in came if isinstance(entry, Visit))
    return Night(on, visits, tuple(entry for entry in came if isinstance(entry, Outcome)), ())


def refused(name: str = "a.zip", plie_id: str = PLIE) -> Outcome:
    return Outcome(name, plie_id, "refused", f"id-{name}", message="Le zip est illisible.")


def subjects(postbox: tuple[Postbox, int]) -> list[str]:
    return [str(mail["Subject"]) for mail in postbox[0].mails]


def test_nothing_is_told_by_default(settings: Settings) -> None:
    tell_night(settings, night(refused()))
    tell_run_failed(settings, "run", "night")
    assert not (settings.data / "alerts.json").exists()


def test_a_refused_delivery_is_told_once_in_french(mailing: Settings, postbox: tuple[Postbox, int]) -> None:
    tell_night(mailing, night(refused()))
    tell_night(mailing, night(refused()))
    (mail,) = postbox[0].mails
    assert mail["To"] == "equipe@example.fr, astreinte@example.fr"
    assert mail["From"] == "entrepot@example.fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "[PLIE] 1 livraison refusée, nuit du 4 janvier 2022"
    body = mail.get_content()
    assert f"- {PLIE}, PLIE de Lys-Tourcoing\u202f: a.zip – Le zip est illisible." in body
    assert "L’accusé de réception dit au PLIE ce qu’il doit corriger." in body


def test_events_of_one_night_make_one_message_for_each_kind(mailing: Settings, postbox: tuple[Postbox, int]) -> None:
    held = Outcome("h.zip", OTHER, "held", "id-h", message="Bien moins de parcours qu'avant.")
    failed = Outcome("e.zip", OTHER, "error", message="ConversionException: Mme Dupont, 0612345678")
    accepted = Outcome("ok.zip", OTHER, "accepted", "id-ok")
    tell_night(mailing, night(refused(), refused("b.zip", OTHER), held, failed, accepted))
    assert [subject.removeprefix("[PLIE] ") for subject in subjects(postbox)] == [
        "2 livraisons refusées, nuit du 4 janvier 2022",
        "1 livraison en attente de confirmation, nuit du 4 janvier 2022",
        "1 livraison non traitée, nuit du 4 janvier 2022",
    ]
    everything = "".join(mail.as_string() + mail.get_content() for mail in postbox[0].mails)
    assert "Dupont" not in everything
    assert "e.zip – ConversionException" in everything


def test_a_mailbox_that_stays_unreachable_is_told_again_only_after_it_was_reached(
    mailing: Settings, postbox: tuple[Postbox, int]
) -> None:
    lost = Visit(PLIE, "transport_error", (), 3, "sftp:22 refuses connections")
    for visits in ([lost], [lost], [], [Visit(PLIE, "nothing")], [lost]):
        tell_night(mailing, night(*visits))
    assert subjects(postbox) == ["[PLIE] 1 PLIE injoignable, nuit du 4 janvier 2022"] * 2


def test_a_late_plie_is_told_once_until_something_of_it_is_accepted(
    mailing: Settings, postbox: tuple[Postbox, int]
) -> None:
    from datetime import UTC, datetime

    from tests.deliveries import a_delivery

    def deliver(day: datetime) -> None:
        a_delivery(created=day).land(mailing)
        load(mailing, now=day + timedelta(hours=4))

    deliver(datetime(2022, 1, 1, 0, tzinfo=UTC))
    for days in range(1, 7):
        tell_night(mailing, night(on=date(2022, 1, 1) + timedelta(days=days)))
    assert subjects(postbox) == ["[PLIE] 1 PLIE en retard, nuit du 4 janvier 2022"]
    said = postbox[0].mails[0].get_content()
    assert "dernière livraison acceptée le 1er janvier 2022 – il y a 3 nuits" in said
    deliver(datetime(2022, 1, 8, 0, tzinfo=UTC))
    for days in (7, 8, 9, 10, 11):
        tell_night(mailing, night(on=date(2022, 1, 1) + timedelta(days=days)))
    assert subjects(postbox)[1:] == ["[PLIE] 1 PLIE en retard, nuit du 11 janvier 2022"]


def test_a_mail_server_that_fails_fails_no_night_and_loses_no_alert(
    mailing: Settings, postbox: tuple[Postbox, int], caplog: pytest.LogCaptureFixture
) -> None:
    postbox[0].is_closed = True
    tell_night(mailing, night(refused()))
    assert "1 alerts wait, since mail failed: SMTPDataError" in caplog.text
    postbox[0].is_closed = False
    tell_night(mailing, night())
    assert len(postbox[0].mails) == 1


def test_a_webhook_gets_json_and_does_not_depend_on_the_mail_server(
    mailing: Settings, webhook: tuple[list[dict[str, Any]], str]
) -> None:
    posted, address = webhook
    broken = mailing.model_copy(update={"smtp_port": free_port(), "alert_webhook": SecretStr(address)})
    tell_night(broken, night(refused()))
    (alert,) = posted
    assert (alert["kind"], alert["plie_ids"]) == ("refused", [PLIE])
    assert alert["text"].startswith("1 livraison refusée, nuit du 4 janvier 2022\n\n- PLIE-59-06, PLIE de Lys")
    assert "jeton" not in (broken.data / "alerts.json").read_text(encoding="utf-8")


def test_an_address_that_is_no_web_address_is_never_opened(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = settings.model_copy(update={"alert_webhook": SecretStr("file:///etc/passwd")})
    tell_run_failed(wrong, "run", "night")
    assert "alerts wait, since webhook failed: ValueError" in caplog.text


def test_a_broken_memory_is_begun_anew(mailing: Settings, postbox: tuple[Postbox, int]) -> None:
    for text in ("", "[]", '{"waiting": {"mail": [1]}}'):
        (mailing.data / "alerts.json").write_text(text, encoding="utf-8")
        tell_night(mailing, night(refused()))
    assert len(postbox[0].mails) == 3


def test_made_up_people_alarm_nobody(mailing: Settings, postbox: tuple[Postbox, int]) -> None:
    (mailing.data / "DONNEES_FICTIVES.json").write_text("{}", encoding="utf-8")
    tell_night(mailing, night(refused()))
    assert subjects(postbox)[0].startswith("[PLIE] Données fictives – 1 livraison refusée")


def test_the_command_tries_each_way_and_says_which_one_failed(
    mailing: Settings,
    postbox: tuple[Postbox, int],
    webhook: tuple[list[dict[str, Any]], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def alert(**environment: object) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(f"PLIE_{name.upper()}", str(value))
        return CliRunner().invoke(app, ["alert", "--data", str(mailing.data)])

    off = alert()
    assert (off.exit_code, "alerts are off" in str(off.exception)) == (1, True)
    sent = alert(alert_mail_to="a@example.fr", smtp_host="127.0.0.1", smtp_port=postbox[1], smtp_security="none")
    assert (sent.exit_code, sent.output) == (0, "mail: sent\n")
    assert subjects(postbox) == ["[PLIE] Essai des alertes"]
    half = alert(alert_webhook=webhook[1], smtp_port=free_port())
    assert half.exit_code == 1
    assert "webhook: sent" in half.output
    assert "mail: ConnectionRefusedError" in half.output


def test_a_run_that_failed_in_dagster_is_told_once_without_the_text_of_its_error(
    mailing: Settings, postbox: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    @dg.op
    def take_in() -> None:
        raise ValueError("Mme Dupont")

    @dg.job
    def night_job() -> None:
        take_in()

    monkeypatch.setattr("ingestion.settings.load_settings", lambda: mailing)
    with dg.DagsterInstance.ephemeral() as instance:
        result = night_job.execute_in_process(instance=instance, raise_on_error=False)
        event = next(event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE")
        for _ in range(2):
            context = dg.build_run_status_sensor_context(
                "run_failure_alerts", dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=event
            ).for_run_failure()
            run_failure_alerts(context)
    (mail,) = postbox[0].mails
    assert mail["Subject"] == "[PLIE] Une exécution a échoué\u202f: night_job"
    assert f"Exécution\u202f: {result.run_id}" in mail.get_content()
    assert "En cause\u202f: take_in" in mail.get_content()
    assert "Dupont" not in mail.as_string()
