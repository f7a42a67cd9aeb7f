"""What is installed, beside what is run."""

from importlib.resources import files

import pytest

import nnc


def test_the_package_says_that_it_is_typed() -> None:
    assert (files("nnc") / "py.typed").is_file()


@pytest.mark.parametrize("name", nnc.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(nnc, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'grda'"):
        nnc.grda  # noqa: B018 - the access is what is tested
