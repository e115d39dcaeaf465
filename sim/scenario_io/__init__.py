"""YAML to Scenario and back: the only place that reads or writes scenario files."""
