"""The schemas that editors use are those of the files, and accept what nnc reads."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from shells import Shell

from nnc.core.functions.activations import ACTIVATIONS
from nnc.core.functions.losses import LOSSES
from nnc.io.files.schema import HELP, schema, schema_text

ROOT = Path(__file__).parents[2]
KINDS = ("network", "sheet")
SAMPLES = sorted(path for path in (ROOT / "samples").rglob("*") if path.suffix in (".json", ".yaml"))
GOOD = [path for path in SAMPLES if path.parent.name != "wrong"]


def tree(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)


def kind_of(document: Any) -> str:
    return "sheet" if isinstance(document, dict) and "questions" in document else "network"


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_in_docs_is_up_to_date(kind: str, shell: Shell) -> None:
    printed = shell("schema", kind).out
    assert printed == (ROOT / f"docs/schema/{kind}.json").read_text(encoding="utf-8"), f"nnc schema {kind} > docs/…"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(kind)))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_sample_fits_its_schema(path: Path) -> None:
    document = tree(path)
    jsonschema.validate(document, schema(kind_of(document)))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_sample_names_its_schema_where_it_has_keys(path: Path) -> None:
    document = tree(path)
    if isinstance(document, dict) and document.keys() & {"layers", "questions"}:
        named = (path.parent / document["$schema"]).resolve()
        assert named == ROOT / f"docs/schema/{kind_of(document)}.json"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"layers": []} | {"layer": 1},
        {"layers": [{"W": [[[1]], [2]]}]},
        {"layers": [{"W": [[1], [2]], "activaton": "relu"}]},
        {"layers": [{"W": [[None]]}]},
        {"W1": [[1]], "x": [1]},
        [[1, 2]],
        "layers",
    ],
)
def test_what_nnc_refuses_by_its_form_does_not_fit(document: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("network"))


@pytest.mark.parametrize(
    "change",
    [
        {"questions": [{"id": "a"}]},
        {"questions": [{"id": "a", "quantity": "loss", "split": "row"}]},
        {"questions": [{"id": "a", "quantity": "loss", "tolerance": {"digits": 3}}]},
        {"normalize": "all"},
        {"weights": ["net.json"]},
    ],
)
def test_a_wrong_sheet_does_not_fit(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"questions": [], **change}, schema("sheet"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_has_help_for_every_key_and_names_to_offer(kind: str) -> None:
    definitions = schema(kind)["$defs"]
    keys = {key: found for d in definitions.values() for key, found in d.get("properties", {}).items()}
    assert [key for key, found in keys.items() if found["description"] != HELP[key]] == []
    assert keys["loss"]["examples"] == list(LOSSES)
    assert keys["activation"]["examples"] == list(ACTIVATIONS)


def test_every_help_is_that_of_a_key() -> None:
    definitions = [d for kind in KINDS for d in schema(kind)["$defs"].values()]
    assert HELP.keys() == {key for d in definitions for key in d.get("properties", {})}


def test_the_key_changes_nothing(shell: Shell) -> None:
    network = {"layers": [{"kernel": [[2]]}], "x": [3]}
    for name, document in (("a.json", network), ("b.json", {"$schema": "anything", **network})):
        Path(name).write_text(json.dumps(document))
    assert shell("forward", "-w", "a.json", "--json") == shell("forward", "-w", "b.json", "--json")


def test_an_unknown_kind_of_file_is_a_wrong_call(shell: Shell) -> None:
    said = shell("schema", "answers")
    assert (said.status, said.out) == (2, "")
    assert "network" in said.err
