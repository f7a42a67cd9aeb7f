"""How long a class takes to be graded, and how much memory it needs.

    python benchmarks/grading.py [--students 100,1000] [--runs 3]

Answer files of ten questions about samples/grading/sheet.yaml, one a student, a third each of JSON, YAML and CSV, with
right, wrong and unreadable answers. Whole processes; the best of the runs, and the largest memory of any.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which
from time import perf_counter

ROOT = Path(__file__).parents[1]
RIGHT = {
    "q1": "0.5,0",
    "q2": "0.8,0",
    "q3": "0.485",
    "q4": "0.4,0;0.32,0;0,0",
    "q5": "0.08,0.405",
    "q6": "0.5",
    "q7": "-0.7",
    "q8": "-0.02,0.06",
    "q9": "5.5",
    "q10": "0.55",
}
ASKED = ("y_hat", "a1", "loss", "dW2", "terms", "z2[1]", "z1[2]", "dx", "weights[A]", "weights[B]")


def write_sheet(folder: Path) -> Path:
    """The sample's problem with ten questions."""
    sample = (ROOT / "samples/grading/sheet.yaml").read_text(encoding="utf-8")
    problem = sample[sample.index("layers:") : sample.index("questions:")]
    lines = [f"  - {{id: {name}, quantity: '{asked}'}}" for name, asked in zip(RIGHT, ASKED, strict=True)]
    sheet = folder / "sheet.yaml"
    sheet.write_text("\n".join([problem + "questions:", *lines, ""]), encoding="utf-8")
    return sheet


def write_answers(folder: Path, number: int) -> str:
    """The answers of one student, of whom every seventh answer is another."""
    answers = {
        name: ("0.123" if number % 2 else "no idea") if (number + place) % 7 == 0 else right
        for place, (name, right) in enumerate(RIGHT.items())
    }
    path = folder / f"s{number:05}{('.json', '.yaml', '.csv')[number % 3]}"
    if path.suffix == ".csv":
        text = "".join(f'{name},"{answer}"\n' for name, answer in answers.items())
    elif path.suffix == ".yaml":
        text = "".join(f"{name}: {json.dumps(answer)}\n" for name, answer in answers.items())
    else:
        text = json.dumps(answers)
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and MiB of one run."""
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise SystemExit(f"{command[1]} failed with {process.returncode}")
    return perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Prints a row for each size of a class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", default="1,100,1000,4000", help="sizes of the class (1,100,1000,4000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each size (3)")
    options = parser.parse_args()
    nnc = which("nnc", path=str(Path(sys.executable).parent)) or which("nnc") or "nnc"
    print(f"{'students':>8}{'time':>10}{'memory':>12}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = write_sheet(folder)
        for size in map(int, options.students.split(",")):
            files = [write_answers(folder, number) for number in range(size)]
            runs = [run([nnc, "check", str(sheet), *files, "-f", "csv"]) for _ in range(options.runs)]
            print(f"{size:>8}{min(r[0] for r in runs):>8.2f} s{max(r[1] for r in runs):>8.0f} MiB")


if __name__ == "__main__":
    main()
