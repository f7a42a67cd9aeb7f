import io
import os
import sys
import threading
from pathlib import Path

import pytest

from nnc.errors import InputError
from nnc.io.text import sources
from nnc.io.text.sources import StandardInput, read_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"PK\x03\x04\0\0\x01ab", "the file is binary data, expected text"),
        (b"\0\0\0\0", "the file is binary data, expected text"),
        ("[1]".encode("utf-16"), "the file is UTF-16 text; save it as UTF-8"),
        ("[1]".encode("utf-32"), "the file is UTF-32 text; save it as UTF-8"),
        ("[1]".encode("utf-16-le"), "the file looks like UTF-16 or UTF-32 text; save it as UTF-8"),
        ("[1]".encode("utf-16-be"), "the file looks like UTF-16 or UTF-32 text; save it as UTF-8"),
        (b"[1,\n2,\n\xe9]", "line 3: byte 0xe9 is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_what_is_not_text_is_refused(folder: Path, data: bytes, message: str) -> None:
    (folder / "w.json").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_file("w.json")
    assert str(caught.value) == f"w.json: {message}"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("weihgts.json", "no such file; did you mean weights.json?"),
        ("nowhere/w.json", "there is no folder 'nowhere'"),
        (".", "this is a folder, expected a file"),
        ("a\0b", "this is not a file name"),
        ("loop", "the file cannot be read: Too many levels of symbolic links"),
        ("zzz", "no such file"),
    ],
)
def test_what_cannot_be_opened_is_named_as_it_was_given(folder: Path, path: str, message: str) -> None:
    (folder / "weights.json").write_text("[1]")
    (folder / "loop").symlink_to("loop")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.source, caught.value.message) == (path, message)


def test_an_empty_name_is_no_file() -> None:
    with pytest.raises(InputError, match="expected a file's name"):
        read_file("")


def test_a_file_that_may_not_be_read_is_an_input_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"w\.json: the file cannot be read: Permission denied"):
        read_file("w.json")


def test_a_byte_order_mark_is_stripped(folder: Path) -> None:
    (folder / "w.json").write_bytes(b"\xef\xbb\xbf[1]")
    assert read_file("w.json") == b"[1]"


def test_a_file_longer_than_a_chunk_comes_back_whole(folder: Path) -> None:
    data = b"1," * 1_048_576 + "é".encode()
    (folder / "w.csv").write_bytes(data)
    assert read_file("w.csv") == data


def test_a_nul_late_in_a_file_is_found(folder: Path) -> None:
    (folder / "w.csv").write_bytes(b"1," * 1_048_576 + b"\0")
    with pytest.raises(InputError, match="binary"):
        read_file("w.csv")


def test_a_stream_without_an_end_is_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST_INPUT", 2**20)
    (folder / "w.csv").write_bytes(b"1," * 2**20)
    with pytest.raises(InputError, match="the file holds more than 1 MiB, the most that nnc reads"):
        read_file("w.csv")


def test_a_device_that_never_ends_is_refused_at_once() -> None:
    with pytest.raises(InputError, match=r"/dev/zero: the file is binary data"):
        read_file("/dev/zero")


def test_a_named_pipe_is_read(folder: Path) -> None:
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_bytes(b"[1]"))
    writer.start()
    try:
        assert read_file("pipe") == b"[1]"
    finally:
        writer.join()


def test_another_source_may_be_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^--x @x\.csv: no such file$"):
        read_file("x.csv", source="--x @x.csv")


def test_standard_input_is_taken_once() -> None:
    stdin = StandardInput(io.BytesIO(b"[1]"))
    assert stdin.take("--x") == b"[1]"
    with pytest.raises(InputError, match=r"^--x and --weights both read standard input; give one of them a file$"):
        stdin.take("--weights")


def test_an_empty_standard_input_names_the_option() -> None:
    with pytest.raises(InputError, match=r"^--x: standard input is empty$"):
        StandardInput(io.BytesIO(b"\n")).take("--x")


def test_a_program_without_standard_input_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match=r"^--x: there is no standard input to read; give a file$"):
        StandardInput().take("--x")


def test_the_standard_input_of_the_moment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = StandardInput()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"2,3")))
    assert stdin.take("--x") == b"2,3"


def test_a_standard_input_that_fails_is_an_input_error() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(InputError, match=r"^--x: standard input cannot be read: Input/output error$"):
        StandardInput(Broken()).take("--x")


def test_the_end_of_standard_input_is_asked_for_once() -> None:
    class Terminal(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    terminal = Terminal(b"1")
    StandardInput(terminal).take("--x")
    assert terminal.reads == 1
