"""The nightly batch: deliveries become base libraries, topics and serving files.

landing -> ods (as delivered) -> dwd (typed, valid) or quarantine -> base (golden records) -> topic -> serving.
Transforms are pure ``DataFrame -> DataFrame``; ``lake.py`` alone reads and writes Delta, ``journal.py`` alone
knows what
was delivered, decided and committed.
"""
