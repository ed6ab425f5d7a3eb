"""Raw rows to typed, coded, unit-converted rows with the codes of every rule they break.

The declaration alone drives this: one projection parses, types and judges each row (``project.py``), one group-by finds
keys that repeat inside a batch (``duplicates.py``). No row is ever dropped here.
"""
