"""Forecasts and alarms for series of any step: pure functions on pandas and numpy, without Spark or the platform.

frame -> ``series`` (one regular grid a series, gaps known) -> ``predict`` (models, backtest, intervals) or
``watch`` (each point judged by what was known before it). The night and the commands call the same functions.
"""
