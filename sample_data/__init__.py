"""The sample city: deliveries as departments of 2018 send them, with their dirt, their events and the truth."""
