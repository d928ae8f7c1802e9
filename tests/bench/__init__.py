"""Benchmarks: `make bench` fills homes of a stated size, starts the real server on them, and prints what it measured beside the goals."""
