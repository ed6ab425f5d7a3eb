"""Wiring of the nights; Airflow reads the files here, and nothing imports them."""
