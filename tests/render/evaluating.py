"""A tiny evaluator of the formulas that derivations print, so that their arithmetic is checked by itself."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_REWRITES: Sequence[tuple[str, str | Callable[[re.Match[str]], str]]] = (
    (r"softmax\(([^()]*)\)([₀-₉]+)", lambda m: f"softmax([{m[1]}], {m[2].translate(_SUBSCRIPTS)})".replace("[", "⟦")),
    ("]", ")"),
    (r"\[", "("),
    ("⟦", "["),
    (r"\[([^()]*)\), ", r"[\1], "),
    (r"log (σ\([^()]*\)|softmax\([^()]*\)|cosh\([^()]*\))", r"log(\1)"),
    (r"(\w+)²\(", r"square_of_\1("),
    (r"\|([^|]*)\|", r"abs(\1)"),
    ("½", "0.5"),
    ("·", "*"),
    ("−", "-"),
    ("²", "**2"),
    (r"\^", "**"),
    (r"√2(?!\d)", "sqrt(2)"),
    (r"√(\d+)", r"sqrt(\1)"),
    ("√", "sqrt"),
    (r"2π", "2 * pi"),
    ("≤", "<="),
    ("≥", ">="),
    (r", else ", " else "),
    (r", ([^,()]+|\([^,]*\)[^,()]*) if ", r" else \1 if "),
    (r"(?<=[\d)]) (?=[\d(]|(?!if\b|else\b)[a-zσ])", "*"),
)


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)


def _softmax(z: list[float], k: int) -> float:
    return math.exp(z[k - 1]) / sum(map(math.exp, z))


_NAMES: dict[str, Any] = {
    "abs": abs,
    "cosh": math.cosh,
    "erf": math.erf,
    "exp": math.exp,
    "log": math.log,
    "max": max,
    "min": min,
    "pi": math.pi,
    "sign": lambda v: (v > 0) - (v < 0),
    "softmax": _softmax,
    "sqrt": math.sqrt,
    "square_of_tanh": lambda v: math.tanh(v) ** 2,
    "tanh": math.tanh,
    "σ": _sigmoid,
}


def evaluate(text: str) -> float:
    """The value of a formula with numbers; names and signs that formulas do not have are a ValueError."""
    for pattern, replacement in _REWRITES:
        text = re.sub(pattern, replacement, text)
    unknown = set(re.findall(r"[^\W\d]\w*", re.sub(r"\d[\d.]*e[+-]?\d+", "0", text))) - _NAMES.keys() - {"if", "else"}
    if unknown:
        raise ValueError(f"{unknown} in {text!r}")
    return float(eval(text, {"__builtins__": {}}, dict(_NAMES)))
