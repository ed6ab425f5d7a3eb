"""Early warning of the night: what was expected of each number, and what is not as expected. Pure but for ``build``."""
