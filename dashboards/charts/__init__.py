"""Charts: pure functions from data to a picture, light and dark."""
