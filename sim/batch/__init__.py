"""Run many jobs, in this process or in others; nothing here knows what a job computes."""
