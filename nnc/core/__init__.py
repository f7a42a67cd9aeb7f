"""The maths: arrays in, arrays out. Reads no file, prints nothing, rounds nothing.

Value classes are msgspec Structs, which are defined thirty times as fast as dataclasses: imports are
most of a short call.
"""
