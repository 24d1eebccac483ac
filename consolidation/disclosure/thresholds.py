"""From which size on a figure may be shown, and how widely a hidden one must stay unknown."""

from __future__ import annotations

from dataclasses import dataclass

from consolidation.disclosure.concepts import is_health, kind
from ingestion.settings import Settings


@dataclass(frozen=True)
class Thresholds:
    """The rules of disclosure control; each is a setting `PLIE_SECRET_…`."""

    plie: int = 11
    health: int = 11
    elsewhere: int = 5
    euros_plie: int = 3
    euros_share: float = 0.85

    @classmethod
    def of(cls, settings: Settings) -> Thresholds:
        """The thresholds that the settings ask for."""
        return cls(
            plie=settings.secret_plie,
            health=settings.secret_health,
            elsewhere=settings.secret_elsewhere,
            euros_plie=settings.secret_euros_plie,
            euros_share=settings.secret_euros_share,
        )

    def width(self, concept: str, value: float, stands_at_plie: bool) -> float:
        """How far apart the bounds of a hidden figure must stay, in its own unit.

        A count: its threshold. Euros: what the rule of dominance leaves to the others, 15 %; so nothing for no euros.
        """
        if kind(concept) == "euros":
            return (1 - self.euros_share) * value
        smallest = self.plie if stands_at_plie else self.elsewhere
        return float(max(smallest, self.health) if is_health(concept) else smallest)

    def is_small(self, concept: str, value: float, largest: float, n_plie: int, stands_at_plie: bool) -> bool:
        """Whether a figure is hidden for its own sake. Zero is not, but for euros of too few PLIE.

        Args:
            value: the figure; for `months` nothing is asked, its number of exits says whether it is hidden.
            largest: what the PLIE that gives most gives of it.
            n_plie: PLIE behind it.
            stands_at_plie: whether it is the figure of one PLIE, also where that is a whole department.
        """
        if kind(concept) == "months":
            return False
        if kind(concept) == "euros":
            return n_plie < self.euros_plie or largest > self.euros_share * value
        return 0 < value < self.width(concept, value, stands_at_plie)
