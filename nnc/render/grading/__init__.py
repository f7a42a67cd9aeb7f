"""Grading for people and programs: verdicts, marks, answer keys."""
