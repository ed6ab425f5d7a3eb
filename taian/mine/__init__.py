"""What people keep for themselves: saved views, thresholds of their own, notes on charts; in ``mine.db``."""
