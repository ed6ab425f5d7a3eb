"""Authenticity inspection 数据真实性检查: pure numpy and pandas, one test a file, nothing of Spark.

``inspection.inspect`` runs the tests on a rectangular panel of firms and months (``panel``). Every test says
*not applicable* (NaN) when its gate fails, takes its null from honest peers (``null``), and passes through
``judge``, which combines, controls false discoveries and decides the strength. ``limits`` holds the thresholds
with their reasons, ``finding`` and ``evidence`` the form in which a finding is handed on.
"""
