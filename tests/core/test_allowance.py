"""How far off an honest answer may be: by rounding on the way, or by single precision."""

import numpy as np
import pytest
from by_hand import HABITS, calculated, draw, text
from msgspec.structs import replace

import nnc
from nnc.core.arrays import FLOAT32
from nnc.core.grading.rule import Rule, Verdict
from nnc.core.grading.truth import of_problem
from nnc.core.passes import RULES
from nnc.core.problem import Problem, solve

RIGHT, ON_THE_WAY, WRONG = Verdict.RIGHT, Verdict.ROUNDED_ON_THE_WAY, Verdict.WRONG

# z1 = 0.7 · 0.9 + 0.1 = 0.73, a1 = σ(0.73) = 0.674805…, z2 = 5 a1 = 3.374027…, and half_sse to 0: 5.692028…
# With three digits: a1 = 0.675, z2 = 3.375 → 3.38 (or 3.37), 3.38² / 2 = 5.7122 → 5.71; with four: a1 = 0.6748,
# z2 = 3.374, 5.6919 → 5.692. In decimals: 0.675, 3.375, 5.695.
CHAIN = Problem(
    nnc.network(nnc.layer("sigmoid", weight=[[0.7]], bias=[0.1]), nnc.layer(weight=[[5]])),
    x=np.array([0.9]),
    y=np.array([0.0]),
    objective=nnc.objective("half_sse"),
)


@pytest.mark.parametrize(
    ("name", "answer", "verdict", "why"),
    [
        ("loss", "5.69", RIGHT, "rounded at the end"),
        ("loss", "5.71", ON_THE_WAY, "three digits all the way"),
        ("loss", "5.695", ON_THE_WAY, "three decimals all the way"),
        ("loss", "5.75", WRONG, "no rounding to three digits leads there"),
        ("loss", "5.710", WRONG, "nor to four, nor to three decimals"),
        ("loss", "-5.71", WRONG, "the sign"),
        ("z2", "3.38", ON_THE_WAY, "5 · 0.675"),
        ("z2", "3.380", WRONG, "four digits: 5 · 0.6748"),
        ("z2", "0", WRONG, "no rounding of anything on the way gives 0"),
        ("loss", "0", WRONG, "nor here"),
        ("z1", "0", WRONG, "nor here"),
        ("a1", "-0", WRONG, "nor with a sign"),
        ("a1", "0.000", WRONG, "nor with decimals"),
    ],
)
def test_an_answer_is_right_as_far_as_rounding_goes(name: str, answer: str, verdict: Verdict, why: str) -> None:
    assert of_problem(CHAIN)[name].judge(answer).verdict is verdict, why


def test_who_asks_for_it_gets_the_last_digit_alone() -> None:
    result = of_problem(CHAIN)["loss"]
    for rule in (Rule(rounding_on_the_way=False), Rule(sig=3), Rule(decimals=2), Rule(rtol=1e-3)):
        assert result.judge("5.71", rule).verdict is WRONG


def test_an_output_that_rounds_to_1_takes_its_slope_to_0() -> None:
    # σ(8) = 0.99966…: of three digits it is 1.00, and σ′ = 1.00 · 0.00; the true one is 0.000335
    problem = replace(CHAIN, network=nnc.network(nnc.layer("sigmoid", weight=[[8]])), x=np.array([1.0]))
    assert of_problem(problem)["da_dz1"].judge("0.00").verdict is ON_THE_WAY
    assert of_problem(problem)["da_dz1"].judge("0.00000").verdict is WRONG


@pytest.mark.parametrize("habit", HABITS)
def test_honest_work_is_right_and_wrong_work_is_not(habit: str) -> None:
    rng = np.random.default_rng([7, *habit.encode()])
    slips = (
        replace(RULES, dy_hat=lambda losses: -losses.derivative),
        replace(RULES, dy_hat=lambda losses: 2 * losses.derivative),
        replace(RULES, activate=lambda at, z: z),
    )
    honest, slipped = [], []
    for _ in range(15):
        problem = draw(rng)
        results, true = of_problem(problem), solve(problem)
        for name, value in (calculated(problem, HABITS[habit], at_once=bool(rng.integers(2))) or {}).items():
            answers = [text(number, HABITS[habit]) for number in np.ravel(value).tolist()]
            judged = results[name].judge(np.array(answers, dtype=object).reshape(value.shape).tolist())
            honest += [e.verdict.holds for e in judged.elements.values() if float(str(e.given))]
        for rules in slips:
            wrong = solve(problem, rules=rules)
            for name in (name for name in wrong if name not in ("x", "y")):
                for index in np.argwhere(np.abs(wrong[name] - true[name]) > 0.02 * np.abs(true[name])):
                    place = tuple(map(int, index))
                    given = text(float(wrong[name][place]), HABITS[habit])
                    slipped.append(results[name].at(place).judge(given).verdict.holds)
    assert np.mean(honest) > 0.99
    assert np.mean(slipped) < (0.02 if "digits" in habit else 0.1)  # 0.001 is one digit of a small number


def test_single_precision_is_right_where_it_is_not_asked_to_be_more() -> None:
    # 0.1 + 0.2 − 0.3 in float32 is 0 or 2.98e-8, in float64 5.6e-17; 1/3 in float32 is 0.333333343
    network = nnc.network(nnc.layer("tanh", weight=[[0.1, 0.2]], bias=[0.05]))
    problem = Problem(network, x=np.array([0.7, 0.9]), y=np.array([0.5]), objective=nnc.objective("half_sse"))
    single = solve(problem, dtype=FLOAT32)["loss"]
    result = of_problem(problem)["loss"]
    answer = repr(float(single))
    assert len(answer) > 12
    assert result.judge(answer).verdict is RIGHT
    assert result.judge(answer, Rule(noise="float64")).verdict is WRONG
    assert result.judge(f"{float(single) * (1 + 1e-4):.9f}").verdict is WRONG


def test_nobody_calculates_a_large_network_by_hand() -> None:
    wide = nnc.network(nnc.layer("sigmoid", kernel=np.full((200, 60), 0.01)))
    result = of_problem(Problem(wide, x=np.full(200, 0.5)))["a1"].at((0,))
    assert result.judge("0.731").verdict is RIGHT
    assert result.judge("0.733").verdict is WRONG
