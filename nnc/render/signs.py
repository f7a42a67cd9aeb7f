"""The signs of the maths in ASCII, for a terminal that has no others."""

import re

_SPELLINGS = """
    · *    ⊙ .*    × x    − -    – -    ≈ ~    ≤ <=    ≥ >=    ≠ !=    → ->    ∂ d    ∞ inf    ′ '    Σ Sum
    ŷ y_hat    ℓ l    α alpha    β beta    γ gamma    δ delta    λ lambda    π pi    σ sigma    φ phi
    Θ Theta    Λ Lambda    Φ Phi    ½ 1/2    … ...    ⋯ ...    ⋱ ...    ⋮ :
    ⎡ [    ⎢ [    ⎣ [    ⎤ ]    ⎥ ]    ⎦ ]    ‘ '    ’ '    “ "    ” "
"""
_ASCII = str.maketrans(dict(re.findall(r"(\S) (\S+)", _SPELLINGS)))
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻ⁿᶻᵀ", "0123456789()-nzT", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ₖⱼᵢ", "0123456789kji", strict=True))
_RUNS = re.compile(f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+|√(\\w*)")


def spelled(text: str, encoding: str) -> str:
    """The text with the signs of the maths in ASCII, and an escape for any other sign that ``encoding`` has not.

    Spell before you lay out: most texts become longer. ``∂J/∂z⁽²⁾₁`` is ``dJ/dz^(2)_1``.
    """
    if text.isascii():
        return text
    plain = _RUNS.sub(_run, text).translate(_ASCII)
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _run(found: "re.Match[str]") -> str:
    """What stands above or below the line after ^ or _, and what stands under a root in brackets."""
    run = found[0]
    if run[0] in _RAISED:
        return "^" + "".join(map(_RAISED.__getitem__, run))
    if run[0] in _LOWERED:
        return "_" + "".join(map(_LOWERED.__getitem__, run))
    return f"sqrt({_RUNS.sub(_run, found[1])})" if found[1] else "sqrt"
