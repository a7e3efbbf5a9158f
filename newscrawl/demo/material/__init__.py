"""The hand-written words of the newspaper: subjects, sentences, names."""
