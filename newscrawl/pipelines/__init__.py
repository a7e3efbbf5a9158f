"""What becomes of an item: one pipeline an effect."""
