"""Tell results: tables, pictures, stories and the evidence behind the numbers."""
