"""Results in many worlds: their sums, and how they are stored."""
