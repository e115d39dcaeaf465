"""What happened, in arrays: reads the event log, the cohort and the scenario, never the engine."""
