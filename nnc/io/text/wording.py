"""What input is called in messages: the words of people who write JSON and YAML, not Python's."""

_LONGEST_QUOTE = 40

_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a mapping",
    type(None): "null",
}


def quoted(text: str) -> str:
    """The text in quotes, cut if it is long, with an escape for what a terminal cannot show."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def kind_of(value: object) -> str:
    """What a decoded value is: "a number", "text", "a list", …"""
    return _KINDS.get(type(value), "something else")
