"""The `taian` command, the settings, and the local platform it starts and stops."""
