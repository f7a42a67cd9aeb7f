"""Answers as people write them on one line, and the quantity that each one answers."""

import re
from collections.abc import Mapping

from nnc.core.grading.truth import Result, result_at
from nnc.core.quotes import inert
from nnc.errors import InputError, blame
from nnc.io.text.documents import decode_json
from nnc.io.values.syntax import inline

# Without backtracking (+): an answer of many spaces would take for ever.
_NAMED = re.compile(r"\s*+(?P<name>[A-Za-z_]\w*+\s*+(?:\[[^\[\]=]*+\]\s*+)?)=(?P<answer>.*)", re.DOTALL | re.ASCII)


def read_expectation(text: str, main: str | None, results: Mapping[str, Result]) -> tuple[Result, object]:
    """The quantity and the answer in ``loss=0.485``, or in ``0.485`` alone where a command has a ``main`` quantity.

    Raises InputError where the quantity is not there, and where it is an input: nobody is asked for that. The answer
    is data; whatever it is, it is no error.
    """
    with blame(f"--expect {inert(text, 40)}"):
        named = _NAMED.fullmatch(text)
        if named is None and main is None:
            raise InputError("of which quantity? Name it, as in dW2[1,1]=0.4")
        result = result_at(named["name"] if named else str(main), results)
        if result.given:
            raise InputError(f"{result.name} is given and not calculated, so it is no answer to anything")
        return result, read_answer(named["answer"] if named else text, several=result.value.ndim > 0)


def read_answer(text: str, *, several: bool) -> object:
    """A line of text as a leaf or nested lists: ``0.5``, JSON, or ``2,3;4,5`` if ``several`` numbers are asked for.

    Any other text is a leaf, for the rule to judge. Files and standard input are never read.
    """
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return decode_json(text.encode(), object, as_text=True)
        except (InputError, UnicodeEncodeError):
            return text
    if not several or not text.strip():
        return text
    try:
        return inline(text).tree
    except InputError:  # an empty row
        return text
