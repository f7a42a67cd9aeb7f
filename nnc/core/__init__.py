"""The maths: arrays in, arrays out. Reads no file, prints nothing, rounds nothing.

Value classes are msgspec Structs, which take a thirtieth of a dataclass's time to define: most of a short call is
imports.
"""
