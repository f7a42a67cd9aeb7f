"""Formulas written down, each notation in its own signs."""
