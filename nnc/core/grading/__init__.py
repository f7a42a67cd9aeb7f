"""Grading: when an answer is right, what is true, and what answers are worth."""
