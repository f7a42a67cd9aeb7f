"""Formats that marks and answer keys alone have."""
