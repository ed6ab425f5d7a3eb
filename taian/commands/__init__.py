"""One module a command or group of commands; each has ``register(app)``. Heavy imports belong inside the commands."""
