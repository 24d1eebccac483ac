"""Chooses what to hide: small figures, then companions, then whatever the proof still misses, until all is proved."""

from __future__ import annotations

from consolidation.disclosure.greedy import hide_companions
from consolidation.disclosure.proof import Proof
from consolidation.disclosure.repair import hide_what_moves
from consolidation.disclosure.suppression import Suppression
from consolidation.disclosure.system import System

_TURNS = 60
_HOPELESS = 5
"""Turns of the last resort in vain after which nothing else is tried."""


class Unprotected(RuntimeError):
    """No choice of rows keeps every hidden figure unknown; the message names some that are exposed."""


def choose(system: System) -> tuple[Suppression, Proof]:
    """What is hidden, and the proof that every hidden figure stays unknown by its width.

    Raises:
        Unprotected: a figure stays exposed, whatever is hidden: former editions have shown too much.
    """
    suppression = Suppression(system)
    hide_companions(suppression)
    proof = Proof(system)
    exposed = proof.search(suppression.hidden)
    stuck, n_stuck = False, 0
    for turn in range(_TURNS):
        if len(exposed) == 0:
            return suppression, proof
        before = len(exposed)
        n_hidden = hide_what_moves(suppression, proof, exposed, turn, last_resort=stuck)
        hide_companions(suppression)
        exposed = proof.search(suppression.hidden)
        if stuck and n_hidden == 0 and len(exposed) == before:
            n_stuck += 1
            if n_stuck == _HOPELESS:
                break
        stuck = n_hidden == 0 and len(exposed) == before
    names = ", ".join(system.names[figure][1] for figure in exposed[:5])
    raise Unprotected(f"{len(exposed)} hidden figures can be found from what is published: {names}.")
