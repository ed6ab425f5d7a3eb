"""Authenticity inspection in the night: Spark aligns the sources, ``expectations.authenticity`` judges them."""
