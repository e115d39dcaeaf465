"""Say what is to be run: draws of uncertain parameters. Nothing is run here."""
