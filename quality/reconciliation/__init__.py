"""Whether figures hold together: the cells of an edition, and figures that were published, by the same relations."""

from quality.reconciliation.edition_cells import reconcile_cells, relation_texts
from quality.reconciliation.published import Reconciliation, reconcile_published

__all__ = ["Reconciliation", "reconcile_cells", "reconcile_published", "relation_texts"]
