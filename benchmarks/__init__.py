"""Measurements that print tables: `python -m benchmarks.<name>`."""
