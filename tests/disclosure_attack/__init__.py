"""An attack on the published figures by somebody who has the open files, the register and the catalogue alone.

It knows nothing of how the hidden cells were chosen: no module here imports `consolidation`.
"""
