"""Formulas: one text, read into a tree, which can be written in any notation, filled with numbers and evaluated."""
