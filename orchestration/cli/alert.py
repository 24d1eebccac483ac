"""`plie alert`: whether alerts arrive, tried before the night on which one matters."""

from __future__ import annotations

import typer

from orchestration.cli.console import CommandFailed, DataOption, errors, out, settings_of


def alert(data: DataOption = None) -> None:
    """Send a test message wherever alerts go (settings PLIE_ALERT_…), and say who took it."""
    from orchestration.alert_channels import Alert, configured_channels

    channels = configured_channels(settings_of(data))
    if not channels:
        raise CommandFailed("alerts are off: set PLIE_ALERT_MAIL_TO or PLIE_ALERT_WEBHOOK (docs/transport.md).")
    message = Alert("test", "Essai des alertes", ("Ce message dit seulement que les alertes arrivent.",))
    failed = []
    for name, send in channels.items():
        try:
            send(message)
        except Exception as error:  # whatever a server and a network can do
            failed.append(name)
            errors.print(f"{name}: {type(error).__name__}: {error}", markup=False)
        else:
            out.print(f"{name}: sent", markup=False)
    if failed:
        raise CommandFailed(f"the test message did not go out by {' and '.join(failed)}; the reasons are above.")


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(alert)
