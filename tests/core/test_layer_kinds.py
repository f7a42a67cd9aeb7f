"""What a second kind of layer needs is one row: ``scaling`` has two, and nnc with them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCALING = Path(__file__).with_name("scaling.py")
UNITS = {
    "layers": [
        {"gamma": [2, -1], "beta": [0.5, 1], "activation": "relu"},
        {"W": [[0.1], [1], [3]]},
    ],
    "x": [1, 2],
    "y": 1.6,
    "loss": "half_sse",
}
# z1 = (2·1 + 0.5, −1·2 + 1) = (2.5, −1), a1 = (2.5, 0), z2 = 0.1 + 2.5 = 2.6; dz2 = 2.6 − 1.6 = 1, da1 = (1, 3),
# dz1 = (1, 0), dgamma1 = dz1 ⊙ x = (1, 0), dbeta1 = dz1, dx = dz1 ⊙ gamma = (2, 0)
OF_UNITS: dict[str, Any] = {
    "z1": [2.5, -1], "a1": [2.5, 0], "y_hat": [2.6], "loss": 0.5, "dz1": [1, 0], "dgamma1": [1, 0], "dbeta1": [1, 0],
    "dx": [2, 0],
}  # fmt: skip
PICTURES = {
    "layers": [{"omega": [[2, -1, 1], [0.5, 1, 3]]}, {"weight": [[1, 2]]}],
    "x": [[[1, 2, 3], [3, -1, 0]], [[1, 1, 1], [0, 2, 0]]],
    "y": [2, 5],
    "loss": "half_sse",
}
# z1 = (2 − 2 + 3, 1.5 − 1) = (3, 0.5) and (2, 2); y_hat = 4 and 6; dz2 = (4 − 2) / 2 = 1 and (6 − 5) / 2 = 0.5;
# dz1 = (1, 2) and (0.5, 1); domega1 = Σ dz1 x: row 1: (1, 2, 3) + ½ (1, 1, 1), row 2: 2 (3, −1, 0) + (0, 2, 0)
OF_PICTURES: dict[str, Any] = {
    "z1": [[3, 0.5], [2, 2]], "y_hat": [[4], [6]], "loss": 1.25, "dz1": [[1, 2], [0.5, 1]],
    "domega1": [[1.5, 2.5, 3.5], [6, 0, 0]],
    "dx": [[[2, -1, 1], [1, 2, 6]], [[1, -0.5, 0.5], [0.5, 1, 3]]],
}  # fmt: skip
every_network = pytest.mark.parametrize(
    ("document", "expected"), [(UNITS, OF_UNITS), (PICTURES, OF_PICTURES)], ids=["units", "pictures"]
)


def said(document: dict[str, Any], folder: Path, *args: str, status: int = 0) -> str:
    """What nnc prints of the network in a file."""
    path = folder / "net.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    call = [sys.executable, str(SCALING), args[0], "-w", str(path), *args[1:]]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@every_network
def test_its_numbers_are_those_worked_by_hand(document: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    found = json.loads(said(document, tmp_path, "grad", "--json"))
    assert {name: found[name] for name in expected} == expected


@every_network
def test_it_is_calculated_exactly(document: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    found = json.loads(said(document, tmp_path, "grad", "--exact", "--json"))
    assert found["loss"] == {0.5: "1/2", 1.25: "5/4"}[expected["loss"]]


@every_network
def test_its_gradients_verify(document: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    assert "verdict = every entry" in said(document, tmp_path, "grad", "--verify")  # that cancels to 0 is left out


@every_network
def test_an_answer_to_it_is_judged(document: Any, expected: dict[str, Any], tmp_path: Path) -> None:
    answers = [part for name in ("dx", "z1") for part in ("--expect", f"{name}={json.dumps(expected[name])}")]
    assert "wrong" not in said(document, tmp_path, "grad", *answers, "--rtol", "1e-9")


def test_its_derivation_and_its_tables_are_those_of_its_row(tmp_path: Path) -> None:
    steps = said(UNITS, tmp_path, "grad", "--steps")
    assert "  z⁽¹⁾  = gamma⁽¹⁾ x + beta⁽¹⁾\n  z⁽¹⁾₁ = 2·1 + 0.5 = 2.5\n" in steps
    assert "\n  ∂J/∂x₁ = 2·1 = 2\n" in steps
    table = said(PICTURES, tmp_path, "grad")
    assert "domega1 · as omega: rows × columns\n" in table
    assert " dx[2,3] " in table
    assert "layer 1: z = Σ omega_j a_j; there is no bias\n" in table


def test_its_file_is_known_to_inspect_and_schema(tmp_path: Path) -> None:
    assert "gamma: beta is the bias, as in batch normalisation" in said(UNITS, tmp_path, "inspect")
    missing = {"layers": [{"gamma": [1, 2]}]}
    assert "layers[0].gamma has no beta beside it" in said(missing, tmp_path, "inspect", status=2)
    call = [sys.executable, str(SCALING), "schema", "network"]
    schema = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    assert schema["$defs"]["LayerEntry"]["properties"]["gamma"]["description"] == "γ of each unit."


def test_an_input_of_another_shape_is_refused(tmp_path: Path) -> None:
    message = "x is 2, expected 2 × 3: the inputs of layers[0].omega"
    assert message in said(PICTURES, tmp_path, "forward", "-x", "1,2", status=2)
