"""Measures the whole service on this machine, and writes what it found to bench/results.md."""
