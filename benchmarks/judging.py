"""How often honest answers are right, and answers by a slip.

    python benchmarks/judging.py [--networks 200] [--seed 1]

Random networks of relu, sigmoid, tanh and softmax, calculated by a person who rounds every number, to 3, 4 or 5 digits,
or to 3 or 4 decimals; by a program in float64, and by one in float32. Zeros are left out: 0 says nothing. Then the same
networks with one rule altered, and everything after it carried on correctly.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "core"))
from by_hand import HABITS, calculated, draw, text

from nnc.core.arrays import FLOAT32, Array
from nnc.core.grading.truth import Result, of_problem
from nnc.core.passes import RULES
from nnc.core.problem import Problem, solve

SLIPS = {
    "y − ŷ for ŷ − y": replace(RULES, dy_hat=lambda losses: -losses.derivative),
    "a factor of 2": replace(RULES, dy_hat=lambda losses: 2 * losses.derivative),
    "f′ left out": replace(RULES, dz=lambda at, da: da),
    "the bias left out": replace(RULES, affine=lambda at, a: RULES.affine(at, a) - at.layer.parameters["W"][0]),
    "the activation left out": replace(RULES, activate=lambda at, z: z),
}


def verdicts(results: dict[str, Result], name: str, answers: list[str], shape: tuple[int, ...]) -> Iterator[bool]:
    """Whether each answer is right."""
    judged = results[name].judge(np.array(answers, dtype=object).reshape(shape).tolist())
    for element in judged.elements.values():
        if float(str(element.given)):
            yield element.verdict.holds


def of_programs(problem: Problem, results: dict[str, Result]) -> Iterator[tuple[str, bool]]:
    """What programs print."""
    ways: dict[str, Any] = {"repr": repr, "%.17g": "{:.17g}".format, "4 decimals": "{:.4f}".format}
    for dtype in (np.dtype(np.float64), FLOAT32):
        for name, value in solve(problem, dtype=dtype).items():
            for way, write in ways.items():
                answers = [write(float(number)) for number in np.ravel(value)]
                for holds in verdicts(results, name, answers, value.shape) if name not in ("x", "y") else ():
                    yield f"{dtype}, {way}", holds


def of_people(problem: Problem, results: dict[str, Result], rng: np.random.Generator) -> Iterator[tuple[str, bool]]:
    """What people write who round on the way."""
    for habit, digits in HABITS.items():
        for name, value in (calculated(problem, digits, at_once=bool(rng.integers(2))) or {}).items():
            answers = [text(number, digits) for number in np.ravel(value).tolist()]
            for holds in verdicts(results, name, answers, value.shape):
                yield f"by hand, {habit}", holds


def of_slips(problem: Problem, results: dict[str, Result]) -> Iterator[tuple[str, bool]]:
    """What a slip gives where it gives another number."""
    true = solve(problem)
    for slip, rules in SLIPS.items():
        wrong = solve(problem, rules=rules)
        for name in (name for name in wrong if name not in ("x", "y")):
            value: Array = wrong[name]
            for index in np.argwhere(np.abs(value - true[name]) > 1e-9 * np.abs(true[name])):
                place = tuple(map(int, index))
                for digits in (3, 4):
                    given = text(float(value[place]), digits)
                    yield f"slip: {slip}, {digits} digits", results[name].at(place).judge(given).verdict.holds


def main() -> None:
    """Prints the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=200, help="random networks (200)")
    parser.add_argument("--seed", type=int, default=1, help="of the networks (1)")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    right: dict[str, list[bool]] = {}
    for _ in range(options.networks):
        problem = draw(rng)
        results = of_problem(problem)
        for found in (of_programs(problem, results), of_people(problem, results, rng), of_slips(problem, results)):
            for kind, holds in found:
                right.setdefault(kind, []).append(holds)
    for kind, held in right.items():
        print(f"{kind:40} {np.mean(held):8.2%} right of {len(held)}")


if __name__ == "__main__":
    main()
