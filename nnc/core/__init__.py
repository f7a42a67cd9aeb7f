"""The maths: arrays in, arrays out. Reads no file, prints nothing, rounds nothing."""
