#!/usr/bin/env python3
"""A ledger that another version of the program wrote: the first submission says which version writes from here on."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
OLDER_PROGRAM = ""
OLDER = "lotledger 0.0.9"


class Software(unittest.TestCase):
    """Each test has a ledger of its own, made by an older program."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="lotledger-software-")
        self.addCleanup(folder.cleanup)
        self.data = str(Path(folder.name) / "data")
        subprocess.run([OLDER_PROGRAM, self.data, "SZ1", OLDER], check=True)
        self.version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def run_ok(self, *words: str) -> str:
        done = subprocess.run([PROGRAM, "--data", self.data, "--actor", "qa.lee", *words], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout

    def trail(self) -> list[dict]:
        return json.loads(self.run_ok("audit", "trail", "-o", "json"))["entries"]

    def hold(self, hold: str) -> None:
        self.run_ok("lot", "hold", "RM/L1", "--hold-id", hold, "--reason", "crack")

    def test_the_first_submission_names_the_version_once(self) -> None:
        self.assertNotEqual(self.version, OLDER)
        self.hold("H1")
        self.hold("H2")
        trail = self.trail()
        self.assertEqual([entry["action"] for entry in trail],
                         ["LedgerCreated", "SoftwareActivated", "HoldPlaced", "HoldPlaced"])
        activated = trail[1]
        self.assertEqual(activated["position"], "SZ1:1.0")
        self.assertEqual(activated["actor"], "system")
        self.assertEqual(activated["old_value"], OLDER)
        self.assertEqual(activated["new_value"], self.version)
        self.assertTrue(json.loads(self.run_ok("audit", "verify", "-o", "json"))["ok"])
        self.run_ok("replay", "run")

    def test_a_reader_writes_nothing(self) -> None:
        self.run_ok("inventory")
        self.run_ok("audit", "verify")
        self.assertEqual([entry["action"] for entry in self.trail()], ["LedgerCreated"])


if __name__ == "__main__":
    PROGRAM, OLDER_PROGRAM = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
