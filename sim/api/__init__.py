"""What can be asked for: one public function for each command, which parses, calls it and prints.

`sim` offers them by name. Functions that end in `_given` take tables of any model.
"""
