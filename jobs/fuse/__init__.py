"""Base libraries: golden records fused from several departments, with history and the source of each attribute."""
