"""Activations and losses: their tables, and the functions of the rows in forms that keep their digits."""
