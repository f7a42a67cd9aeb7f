"""Grading: what is true, when an answer is right, and what answers are worth."""
