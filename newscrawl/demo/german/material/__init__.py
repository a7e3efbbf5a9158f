"""Hand-written German material: subjects, sentence patterns, names."""
