"""Runs the fuzz targets of preset `fuzz`, two at a time, from the seeds in tests/fuzz/corpus.

    python3 tests/fuzz/run.py [--build DIR] [--seconds N] [TARGET...]

What is found on the way is kept in DIR/fuzz-found/TARGET, so that a later run goes on from there; an input that breaks the
program in DIR/fuzz-broken. Exit 1 when there is one.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CORPUS = TOP / "tests" / "fuzz" / "corpus"
LARGEST_INPUT = 1 << 16
SECONDS_FOR_ONE_INPUT = 10
MEBIBYTES = 2048


def run(target: str, build: Path, seconds: int) -> tuple[str, int, str]:
    found, broken = build / "fuzz-found" / target, build / "fuzz-broken"
    found.mkdir(parents=True, exist_ok=True)
    broken.mkdir(exist_ok=True)
    done = subprocess.run([build / "tests" / f"fuzz_{target}", f"-max_total_time={seconds}", f"-max_len={LARGEST_INPUT}",
                           f"-timeout={SECONDS_FOR_ONE_INPUT}", f"-rss_limit_mb={MEBIBYTES}", "-print_final_stats=1", "-use_value_profile=1",
                           f"-artifact_prefix={broken}/{target}-", found, CORPUS / target], capture_output=True)
    return target, done.returncode, done.stderr.decode("utf-8", "replace")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=TOP / "build" / "fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    targets = options.targets or sorted(path.name for path in CORPUS.iterdir())
    code = 0
    with ThreadPoolExecutor(2) as pool:
        for target, ended, said in pool.map(lambda name: run(name, options.build, options.seconds), targets):
            executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
            print(f"{target}: {'broken' if ended else 'sound'}, {executed.group(1) if executed else '?'} inputs")
            if ended:
                print(said[-6000:])
                code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
