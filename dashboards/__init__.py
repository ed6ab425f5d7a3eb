"""The web application: pages over what the night published; never Spark, never the lake."""
