"""Pages: each assembles its cards from queries and charts."""
