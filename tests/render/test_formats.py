import json
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import nnc
from nnc.core.quantities import Calculation
from nnc.errors import InputError
from nnc.render.calculation import CalculationReport
from nnc.render.formats import RESULTS, Style, formats, render
from nnc.render.numbers import plain, shown

NETWORK = nnc.network(
    nnc.layer("relu", W=[[0.1, 0.1], [-0.1, 0.2], [0.3, -0.4]]),
    nnc.layer("sigmoid", [0.5], weight=[[0.7, -0.8]]),
)
FLOATS = {
    np.float64: st.floats(allow_nan=False, allow_infinity=False),
    np.float32: st.floats(allow_nan=False, allow_infinity=False, width=32),
}


def printed(calculation: Calculation, name: str = "json", **style: Any) -> str:
    return render(CalculationReport(calculation), name, Style(**style))


def of_inputs(x: Any) -> Calculation:
    """A pass through a layer that does nothing, of float64 or float32 as x is."""
    return nnc.forward(nnc.network(nnc.layer(kernel=np.eye(x.shape[-1], dtype=x.dtype))), x)


values = st.sampled_from([np.float64, np.float32]).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=1, max_dims=2, max_side=4), elements=FLOATS[dtype])
)


@given(values)
def test_what_json_prints_reads_back_as_the_very_numbers(x: Any) -> None:
    read = json.loads(printed(of_inputs(x)))["x"]
    np.testing.assert_array_equal(np.array(read, dtype=x.dtype), x, strict=True)


@given(values)
def test_what_plain_prints_reads_back_as_the_very_numbers(x: Any) -> None:
    lines = printed(of_inputs(x).only(["x"]), "plain").splitlines()
    np.testing.assert_array_equal(np.array([x.dtype.type(line) for line in lines]).reshape(x.shape), x, strict=True)


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=4), elements=FLOATS[np.float64]))
def test_what_ndjson_prints_reads_back_as_one_sample_a_line(x: Any) -> None:
    lines = printed(of_inputs(x), "ndjson").splitlines()
    np.testing.assert_array_equal([json.loads(line)["x"] for line in lines], x)


@given(st.fractions())
def test_a_fraction_reads_back_as_itself(number: Fraction) -> None:
    array = np.array([number], dtype=object)
    assert Fraction(plain(array)[0]) == Fraction(shown(number, None)) == number


@pytest.mark.parametrize("text", ["0.1", "3.4028235e+38", "1e-45", "0.33333334"])
def test_float32_is_printed_in_its_own_shortest_digits(text: str) -> None:
    # 0.1 as float32 is 0.100000001490116…, which float64's digits would show
    x = np.array([text], dtype=np.float32)
    assert float(printed(of_inputs(x).only(["x"]), "plain")) == float(text)
    assert json.loads(printed(of_inputs(x)))["x"] == [float(text)]
    assert len(printed(of_inputs(x).only(["x"]), "plain").strip()) <= len(text)


@pytest.mark.parametrize("name", ["json", "ndjson", "plain", "table"])
def test_a_negative_zero_is_printed_as_0(name: str) -> None:
    assert "-0" not in printed(of_inputs(np.array([-0.0])), name)


@pytest.mark.parametrize(
    ("number", "precision", "text"),
    [
        (0.1 + 0.2, None, "0.30000000000000004"),
        (0.1 + 0.2, 6, "0.3"),
        (2.0, None, "2"),
        (1234567.0, 6, "1.23457e+06"),
        (1234567.0, None, "1234567"),
        (1e300, None, "1e+300"),
        (2 / 3, 3, "0.667"),
        (-0.0, None, "0"),
        (-0.0, 6, "0"),
        (float("inf"), 6, "∞"),
        (float("-inf"), 6, "-∞"),
        (float("-inf"), None, "-inf"),
        (Fraction(1, 3), 6, "1/3"),
        (Fraction(1, 8), 6, "0.125"),
        (Fraction(1, 3), None, "1/3"),
        (np.int64(3), 6, "3"),
        (12345678, 6, "12345678"),
        ("A", 6, "A"),
    ],
)
def test_a_number_is_shown_to_the_digits_asked_for(number: Any, precision: int | None, text: str) -> None:
    assert shown(number, precision) == text


def saturated() -> Calculation:
    """bce of sigmoid(−1000) where 1 is wanted: dy_hat is −∞, dz −1."""
    return nnc.grad(nnc.network(nnc.layer("sigmoid", kernel=[[1]])), [-1000], [1], "bce")


def test_an_infinite_dy_hat_is_infinity_in_a_table_and_null_in_json() -> None:
    assert json.loads(printed(saturated()))["dy_hat"] == [None]
    assert json.loads(printed(saturated(), "ndjson"))["dy_hat"] == [None]
    (cell,) = (line for line in printed(saturated().only(["dy_hat"]), "table").splitlines() if "-∞" in line)
    assert cell.replace("│", " ").split() == ["1", "-∞"]
    assert printed(saturated().only(["dy_hat", "dz1"]), "plain") == "-inf\n-1\n"


def test_json_ends_with_what_was_calculated() -> None:
    objective = nnc.objective({"name": "bce", "outputs": "sum"}, class_weights=[1, 2], reduction="sum")
    meta = json.loads(printed(nnc.loss(NETWORK, [[2, 3]], [[1]], objective)))["meta"]
    assert meta == {
        "version": nnc.__version__,
        "activations": ["relu", "sigmoid"],
        "layouts": ["W", "weight"],
        "loss": {"name": "bce:outputs=sum", "formula": "Σ −[w₁ y log(ŷ) + w₀ (1 − y) log(1 − ŷ)]"},
        "reduction": "sum",
    }


def test_json_is_one_line_and_has_the_quantities_in_order_then_meta() -> None:
    calculation = nnc.grad(NETWORK, [2, 3], [1], "bce")
    text = printed(calculation)
    assert text.count("\n") == 1
    assert text.endswith("}\n")
    assert list(json.loads(text)) == [*calculation, "meta"]


def test_ndjson_gives_each_sample_its_own_and_every_sample_what_is_the_batchs() -> None:
    calculation = nnc.grad(NETWORK, [[2, 3], [4, 5]], [[1], [0]], "bce")
    first, second = map(msgspec.json.decode, printed(calculation, "ndjson").splitlines())
    assert list(first) == list(calculation)
    assert (first["x"], second["x"]) == ([2, 3], [4, 5])
    assert (first["losses"], second["losses"]) == tuple(calculation["losses"].tolist())
    assert first["loss"] == second["loss"] == calculation["loss"]
    assert first["dW1"] == second["dW1"] == calculation["dW1"].tolist()


def test_plain_has_rows_before_columns_and_a_number_a_line() -> None:
    assert printed(of_inputs(np.array([[2.0, 3.5], [4.0, 5.0]])).only(["x"]), "plain") == "2\n3.5\n4\n5\n"


def test_plain_rounds_where_it_is_asked_to() -> None:
    assert printed(of_inputs(np.array([2 / 3])).only(["x"]), "plain", precision=2) == "0.67\n"


def test_an_unknown_format_is_answered_by_the_nearest() -> None:
    with pytest.raises(InputError, match=r"^unknown format 'jsn'; did you mean json\?$"):
        printed(saturated(), "jsn")


@pytest.mark.parametrize("name", formats(RESULTS))
@pytest.mark.parametrize("x", [[2, 3], [[2, 3]], [[2, 3], [4, 5]]])
def test_every_format_ends_every_result_with_one_line_feed(name: str, x: Any) -> None:
    text = printed(nnc.grad(NETWORK, x, np.ones((*np.shape(x)[:-1], 1)), "bce"), name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
