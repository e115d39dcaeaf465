"""What the words mean: frozen, checked types; no files, clocks or dice."""
