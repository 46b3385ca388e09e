"""Answers that cross sites: the ledgers of one data folder together, at a cut.

    python3 tests/cli/sites.py PROGRAM
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import unittest

import end_to_end
from end_to_end import Folder


def without_positions(value: object) -> object:
    """What an answer says, whichever ledger said it."""
    if isinstance(value, dict):
        return {name: without_positions(member) for name, member in value.items() if name not in ("position", "where", "epc")}
    if isinstance(value, list):
        return sorted((without_positions(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


class Sites(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.one = self.root / "one"
        self.files = self.plant()
        self.run_program("init", "--ledger", "ALL", data=self.one)
        self.answer("ingest", *self.files, code=7, data=self.one)

    def spread(self, seed: int) -> None:
        """Each file to one of two sites, some to both: a shipment is known at both ends."""
        order = random.Random(seed)
        for site in ("SZ1", "SZ2"):
            self.run_program("init", "--ledger", site)
        places = {path: order.choice((["SZ1"], ["SZ2"], ["SZ1", "SZ2"])) for path in self.files}
        self.taken = {}
        for site in ("SZ1", "SZ2"):
            taken = [path for path in self.files if site in places[path]]
            self.taken[site] = {"/".join(path.rsplit("/", 2)[1:]) for path in taken}
            code = 7 if self.story["broken_file"] in self.taken[site] else 0
            self.run_program("--ledger", site, "ingest", *taken, "-o", "json", code=code)

    def test_several_ledgers_answer_as_one_that_holds_all(self) -> None:
        self.spread(1)
        bad = self.story["bad_lot"]
        for words in (("recall", "scope", bad), ("trace", "down", bad), ("trace", "both", bad)):
            with self.subTest(words):
                expected = self.answer(*words, code=8, data=self.one)
                found = self.answer(*words, code=8)
                self.assertEqual(set(found["position"]), {"SZ1", "SZ2"})
                found["missing"] = [json.loads(text) for text in {json.dumps(one) for one in found["missing"]}]
                for member in ("affected", "consignees", "own_control", "nodes", "edges"):
                    if member in expected:
                        self.assertEqual(without_positions(found[member]), without_positions(expected[member]), member)
                self.assertEqual({one["what"] for one in found["missing"]}, {one["what"] for one in expected["missing"]})

    def test_one_ledger_can_be_asked_alone(self) -> None:
        self.spread(2)
        bad = self.story["bad_lot"]
        both = self.answer("recall", "scope", bad, code=8)
        alone = json.loads(self.run_program("--ledger", "SZ1", "recall", "scope", bad, "-o", "json", code=8))
        self.assertEqual(set(alone["position"]), {"SZ1"})
        self.assertLess(len(alone["affected"]), len(both["affected"]))

    def test_a_cut_names_a_position_of_each_ledger(self) -> None:
        self.spread(3)
        bad = self.story["bad_lot"]
        now = self.answer("recall", "scope", bad, code=8)
        cut = ",".join(f"{name}:{seq}" for name, seq in now["position"].items())
        self.run_program("--ledger", "SZ1", "lot", "hold", bad, "--reason", "recall")
        then = self.answer("recall", "scope", bad, "--known-at", cut, code=8)
        self.assertEqual(then["affected"], now["affected"])
        self.assertEqual(then["position"], now["position"])
        self.assertNotEqual(self.answer("recall", "scope", bad, code=8)["position"], now["position"])
        refused = self.refused("recall", "scope", bad, "--known-at", "SZ1:3", code=2)
        self.assertIn("names no position of ledger SZ2", refused)

    def test_remedies_of_a_cut_work_as_they_are_printed(self) -> None:
        self.spread(4)
        answer = self.answer("recall", "scope", self.story["bad_lot"], code=8)
        commands = {one["remedy"] for one in answer["missing"]}
        self.assertTrue(commands)
        for command in commands:
            words = command.split()
            self.assertEqual(words[0], "lotledger")
            self.run_program(*words[1:])

    def test_find_and_unit_show_see_all_sites(self) -> None:
        self.spread(5)
        bad = self.story["bad_lot"]
        rows = self.answer("dlq", "list")["rows"]
        holding = [site for site in ("SZ1", "SZ2") if self.story["broken_file"] in self.taken[site]]
        self.assertEqual([row["position"].split(":")[0] for row in rows], holding)
        for words in (("find", bad.split("/")[-1]), ("unit", "show", bad)):
            self.assertEqual(set(self.answer(*words)["position"]), {"SZ1", "SZ2"})
        shown = self.answer("unit", "show", bad, "--events", "1000")
        expected = self.answer("unit", "show", bad, "--events", "1000", data=self.one)
        self.assertEqual(len(shown["events"]), len(expected["events"]))

    def refused(self, *words: str, code: int) -> str:
        done = subprocess.run([end_to_end.PROGRAM, "--data", str(self.data), *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr


if __name__ == "__main__":
    end_to_end.PROGRAM = sys.argv.pop(1)
    unittest.main()
