"""Decision support, from numbers that the night has published. Pure: frames in, frames out; ``jobs.publish.decide``
reads and writes."""
