"""Formulas: one text, read into a tree that any notation can write and that takes numbers for its letters."""
