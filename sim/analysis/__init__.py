"""What results mean: reads stored results, never runs the model."""
