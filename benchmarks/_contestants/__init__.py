"""What `benchmarks.throughput` runs beside newscrawl, each in a process of its own."""
