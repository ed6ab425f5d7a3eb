"""Authenticity inspection 数据真实性检查: pure numpy and pandas, one test a file, nothing of Spark.

``examine.examine`` runs the tests on ``observations`` of any table; a ``book`` is such a table of the platform's own.
Every test says *not applicable* (NaN) when its gate fails and takes its null from honest peers (``null``); ``verdict``
combines, controls false discoveries and decides the strength. ``limits`` holds the thresholds with their reasons,
``finding`` and ``evidence`` the form in which a finding is handed on.
"""
