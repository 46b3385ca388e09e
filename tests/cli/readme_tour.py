"""The tours of the READMEs, line by line as a reader would type them; `# exit N` says with which code a line ends.

    python3 tests/cli/readme_tour.py PROGRAM
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path()
TOP = Path(__file__).resolve().parents[2]


def lines_of(readme: str) -> list[str]:
    """The lines of the tour, which is the README's only block of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (TOP / readme).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{readme} has {len(blocks)} blocks of shell, expected the tour alone"
    return blocks[0].splitlines()


def code_of(line: str) -> int:
    found = re.search(r"# exit (\d+)", line)
    return int(found.group(1)) if found else 0


class Tour(unittest.TestCase):
    def walk(self, readme: str) -> None:
        lines = lines_of(readme)
        self.assertTrue(lines[0].startswith("export PATH=$PWD/build/release:$PATH LOTLEDGER_DATA="))
        with tempfile.TemporaryDirectory(prefix="lotledger-tour-") as folder:
            environment = dict(os.environ, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}", LOTLEDGER_DATA="tour/data")
            for line in lines[1:]:
                done = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
                self.assertEqual(done.returncode, code_of(line), f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
                self.assertTrue(done.stdout, f"{line} printed nothing")

    def test_english(self) -> None:
        self.walk("README.md")

    def test_chinese(self) -> None:
        self.walk("README.zh-CN.md")

    def test_both_languages_walk_the_same_way(self) -> None:
        bare = [
            [re.sub(r"\s+#.*| --lang zh|--reason '[^']*'", "", line) for line in lines_of(readme)]
            for readme in ("README.md", "README.zh-CN.md")
        ]
        self.assertEqual(bare[0], bare[1])


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop()).resolve()
    unittest.main()
