"""Whether the city does what its integration plan decided: systems, the cloud, the network, and every task."""
