"""The benchmarks of docs/benchmarks.md: each measures, says whether its goals were met, and judges nobody."""
