"""What `cmake --install` puts in place: program, a man page for every command, completion.

    python3 tests/cli/install.py BUILD_FOLDER
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path()


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory(prefix="lotledger-install-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = Path(cls.folder.name)
        subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(cls.prefix)], check=True, capture_output=True)

    def program(self, *words: str) -> str:
        return subprocess.run([str(self.prefix / "bin/lotledger"), *words], check=True, capture_output=True, text=True).stdout

    def test_the_program_runs_from_there(self) -> None:
        self.assertRegex(self.program("--version"), r"^lotledger \d+\.\d+\.\d+")

    def test_every_command_has_a_page_that_the_first_page_names(self) -> None:
        pages = {path.name for path in (self.prefix / "share/man/man1").iterdir()}
        first = (self.prefix / "share/man/man1/lotledger.1").read_text(encoding="utf-8")
        named = set(re.findall(r"lotledger(?:-[a-z]+)+", first.replace("\\-", "-")))
        self.assertGreater(len(named), 20)
        self.assertEqual(pages, {f"{name}.1" for name in named} | {"lotledger.1"})

    def test_pages_have_the_sections_of_a_manual(self) -> None:
        for path in (self.prefix / "share/man/man1").iterdir():
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                self.assertTrue(text.startswith(".TH "))
                for section in ("NAME", "SYNOPSIS", "EXIT STATUS"):
                    self.assertIn(f".SH {section}", text)

    def test_completion_of_bash_is_sound_and_completes(self) -> None:
        script = self.prefix / "share/bash-completion/completions/lotledger"
        subprocess.run(["bash", "-n", str(script)], check=True)
        for other in ("zsh/site-functions/_lotledger", "fish/vendor_completions.d/lotledger.fish"):
            self.assertIn("lotledger", (self.prefix / "share" / other).read_text(encoding="utf-8"))
        self.assertIn("down", self.program("__complete", "--", "trace", "d").split())


if __name__ == "__main__":
    BUILD = Path(sys.argv.pop()).resolve()
    unittest.main()
