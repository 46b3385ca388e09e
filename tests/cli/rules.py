#!/usr/bin/env python3
"""Rules on the command line: list, show, policy; what they refuse, what they hold, and what `lot why` says about it."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""

POLICY = """version = "2026-03"
holds_per_hour = 20

[[authority]]
source = "plain.consumption"
subject = "status"

[[rule]]
id = "I-11"
mode = "off"
item = "RM"
"""


class Rules(unittest.TestCase):
    """Each test has a ledger of its own."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="lotledger-rules-")
        self.addCleanup(self.folder.cleanup)
        self.run_ok("init", "--ledger", "SZ1")

    def run_program(self, *words: str, actor: str = "qa.lee") -> subprocess.CompletedProcess[str]:
        data = str(Path(self.folder.name) / "data")
        return subprocess.run([PROGRAM, "--data", data, "--actor", actor, *words], capture_output=True, text=True, check=False)

    def run_ok(self, *words: str, actor: str = "qa.lee") -> str:
        done = self.run_program(*words, actor=actor)
        self.assertEqual(done.returncode, 0, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout

    def answer(self, *words: str, code: int = 0) -> dict:
        done = self.run_program(*words, "-o", "json")
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def file(self, name: str, text: str) -> str:
        path = Path(self.folder.name) / name
        path.write_text(text, "utf-8")
        return str(path)

    def plant(self) -> None:
        """An item that asks for release, and five kilograms of it."""
        self.run_ok("record", "items", "item=RM", "name=Rod", "uom=KGM", "lot_tracked=yes", "release_required=yes",
                    "markets=CN EU", "--reason", "new item")
        self.run_ok("ingest", self.file("receipts.csv", "at,item,lot,quantity,uom,location\n"
                                        "2026-03-02T08:00:00+08:00,RM,L1,5,KGM,WH-01\n"))

    def test_list_and_show_speak_both_languages(self) -> None:
        rows = {row["id"]: row for row in self.answer("rules", "list")["rows"]}
        self.assertEqual(rows["I-25"]["mode"], "enforce")
        self.assertEqual(rows["I-25"]["effect"], "hold")
        self.assertEqual(rows["I-07"]["mode"], "always")
        self.assertIn("LOT-1", rows)
        self.assertIn("only what is released", self.run_ok("rules", "show", "I-25"))
        self.assertIn("只能使用已放行", self.run_ok("--lang", "zh", "rules", "show", "I-25"))
        self.assertIn("质量部门", self.run_ok("--lang", "zh", "rules", "show", "I-25"))
        self.assertEqual(self.run_program("rules", "show", "I-99").returncode, 3)

    def test_policy_is_shown_tried_and_activated(self) -> None:
        self.assertIsNone(self.answer("rules", "policy")["since"])
        path = self.file("policy.toml", POLICY)
        self.run_ok("rules", "policy", "--file", path, "--reason", "QM 7.2", "--dry-run")
        self.assertIsNone(self.answer("rules", "policy")["since"])
        self.run_ok("rules", "policy", "--file", path, "--reason", "QM 7.2")
        policy = self.answer("rules", "policy")
        self.assertEqual(policy["since"], "SZ1:1.0")
        self.assertEqual(policy["version"], "2026-03")
        self.assertEqual(policy["rules"][0]["item"], "RM/*")
        self.assertEqual(policy["text"], POLICY)
        self.assertEqual(self.run_program("rules", "policy", "--file", path).returncode, 4)

    def test_faults_of_a_policy_name_line_key_and_value(self) -> None:
        for change, expected in (
                (('mode = "off"', 'mode = "enfroce"'), ("line 10", "enfroce", "observe")),
                (('id = "I-11"', 'id = "I-99"'), ("line 9", "I-99")),
                (('id = "I-11"', 'id = "I-07"'), ("line 9", "I-07", "kept by the program")),
                (('subject = "status"', 'subject = "weather"'), ("line 6", "weather", "status, stock")),
                (("holds_per_hour = 20", "holds_per_hour = -1"), ("line 2", "holds_per_hour")),
                (('item = "RM"', 'itme = "RM"'), ("line 11", "itme")),
                (('version = "2026-03"', "version = "), ("line 1",))):
            path = self.file("policy.toml", POLICY.replace(*change))
            done = self.run_program("rules", "policy", "--file", path, "--reason", "x")
            self.assertEqual(done.returncode, 2, change)
            for part in ("policy.toml", *expected):
                self.assertIn(part, done.stderr, change)
        self.assertIsNone(self.answer("rules", "policy")["since"])

    def test_a_command_is_refused_with_rule_clause_and_cure(self) -> None:
        self.plant()
        use = ("record", "consumption", "order=O1", "unit=RM/L1", "quantity=5", "uom=KGM", "location=WH-01", "--reason", "r")
        refused = self.run_program(*use)
        self.assertEqual(refused.returncode, 4)
        for part in ("I-25", "ISO 13485:2016 7.5.8", "is pending", "quality"):
            self.assertIn(part, refused.stderr)
        self.assertIn("质量部门", self.run_program("--lang", "zh", *use).stderr)
        self.assertEqual(self.run_program(*use, "--dry-run").returncode, 4)
        self.run_ok("lot", "release", "RM/L1", "--kind", "production", "--reason", "retest passed")
        self.run_ok(*use)
        self.assertEqual(self.run_program(*use).returncode, 4)

    def test_a_fact_is_recorded_and_held_where_its_source_is_believed(self) -> None:
        self.plant()
        row = "at,order,item,lot,quantity,uom,location\n2026-03-02T09:00:00+08:00,{},RM,L1,2,KGM,WH-01\n"
        self.run_ok("ingest", self.file("consumption.csv", row.format("O1")))
        self.assertEqual(self.answer("lot", "why", "RM/L1", code=1)["causes"][0]["detail"], "pending")
        self.run_ok("rules", "policy", "--file", self.file("policy.toml", POLICY), "--reason", "QM 7.2")
        self.run_ok("ingest", self.file("consumption-2.csv", row.format("O2")))
        causes = self.answer("lot", "why", "RM/L1", code=1)["causes"]
        held = [cause for cause in causes if "RULE-" in cause["detail"]]
        self.assertTrue(held, causes)
        self.assertIn("placed by a rule", held[0]["detail"])

    def test_a_container_is_judged_by_what_lies_in_it(self) -> None:
        self.plant()
        pallet = "(00)340123450000000017"
        self.run_ok("record", "moves", "type=pack", "unit=RM/L1", "quantity=4", "uom=KGM", f"container={pallet}",
                    "at=2026-03-02T10:00:00+08:00", "--reason", "r")
        ship = ("record", "shipments", f"unit={pallet}", "consignee=C-1", "location=WH-01", "--reason", "r")
        refused = self.run_program(*ship)
        self.assertEqual(refused.returncode, 4, refused.stderr)
        for part in ("I-30", f"RM/L1 in {pallet} is pending"):
            self.assertIn(part, refused.stderr)
        self.run_ok(*ship, "at=2026-03-02T09:00:00+08:00")  # Before it was packed: empty.
        self.run_ok("lot", "release", "RM/L1", "--reason", "retest passed")
        self.run_ok(*ship)

    def test_why_tells_what_blocks_and_what_is_free(self) -> None:
        self.plant()
        self.run_ok("lot", "release", "RM/L1", "--kind", "market", "--market", "CN", "--reason", "complete")
        self.assertTrue(self.answer("lot", "why", "RM/L1")["allowed"])
        self.assertTrue(self.answer("lot", "why", "RM/L1", "--for", "ship", "--market", "CN")["allowed"])
        other = self.answer("lot", "why", "RM/L1", "--for", "ship", "--market", "EU", code=1)
        self.assertEqual([cause["rule"] for cause in other["causes"]], ["I-30"])
        self.assertEqual(self.answer("lot", "why", "RM/L1", "--market", "US", code=1)["for"], "ship")
        self.run_ok("lot", "hold", "RM/L1", "--hold-id", "H1", "--quantity", "2", "--uom", "KGM", "--reason", "crack")
        partly = self.answer("lot", "why", "RM/L1", code=1)
        self.assertEqual([part["quantity"] for part in partly["free"]], ["3"])
        self.assertEqual([cause["quantity"] for cause in partly["causes"]], ["2"])
        for part in ("H1", "qa.lee", "crack"):
            self.assertIn(part, partly["causes"][0]["detail"])
        chinese = self.run_program("--lang", "zh", "lot", "why", "RM/L1")
        self.assertIn("被阻止", chinese.stdout)
        self.assertIn("解除其扣留", chinese.stdout)

    def details(self, *words: str, code: int = 1) -> list[str]:
        return [cause["detail"] for cause in self.answer(*words, code=code)["causes"]]

    def test_why_follows_the_time_that_is_asked_about(self) -> None:
        self.plant()
        ship = ("lot", "why", "RM/L1", "--for", "ship")
        pending = self.answer(*ship, code=1)["position"]["SZ1"]
        self.run_ok("lot", "release", "RM/L1", "--kind", "production", "--reason", "first pass")
        self.assertEqual(self.details(*ship), ["released for production only"])
        production = self.answer(*ship, code=1)["position"]["SZ1"]
        self.run_ok("lot", "release", "RM/L1", "--kind", "market", "--market", "CN", "--reason", "complete")
        self.assertEqual(self.details(*ship, code=0), [])
        self.assertEqual(self.details(*ship, "--market", "EU"), ["released for the market CN"])
        self.assertEqual(self.details(*ship, "--known-at", pending), ["pending"])
        self.assertEqual(self.details(*ship, "--known-at", production), ["released for production only"])
        self.assertEqual(self.details(*ship, "--market", "EU", "--known-at", production), ["released for production only"])
        self.assertEqual(self.details("lot", "why", "RM/L1", "--known-at", production, code=0), [])
        self.assertEqual(self.details(*ship, "--as-of", "2026-03-02T08:30:00+08:00"), ["pending"])

    def test_why_believes_whom_the_policy_of_that_time_believes(self) -> None:
        self.plant()
        self.run_ok("lot", "release", "RM/L1", "--kind", "production", "--reason", "first pass")
        self.run_ok("ingest", self.file("status.csv", "at,item,lot,status\n2099-01-01T00:00:00Z,RM,L1,released\n"))
        ship = ("lot", "why", "RM/L1", "--for", "ship")
        self.assertEqual(self.details(*ship), ["released for production only"])
        before = self.answer(*ship, code=1)["position"]["SZ1"]
        policy = POLICY.replace("plain.consumption", "plain.status")
        self.run_ok("rules", "policy", "--file", self.file("policy.toml", policy), "--reason", "QM 7.2")
        self.assertEqual(self.details(*ship, code=0), [])
        self.assertEqual(self.details(*ship, "--known-at", before), ["released for production only"])

    def test_why_finds_concessions_further_up_at_any_time(self) -> None:
        self.plant()
        self.run_ok("record", "items", "item=FG", "name=Screw", "uom=EA", "lot_tracked=yes", "--reason", "new item")
        self.run_ok("lot", "concession", "RM/L1", "--reason", "MRB-77")
        self.run_ok("record", "consumption", "order=O1", "unit=RM/L1", "quantity=5", "uom=KGM", "location=WH-01",
                    "--reason", "r")
        self.run_ok("record", "production", "order=O1", "type=output", "unit=SF/S1", "quantity=9", "uom=EA", "--reason", "r")
        self.run_ok("record", "consumption", "order=O2", "unit=SF/S1", "quantity=9", "uom=EA", "--reason", "r")
        self.run_ok("record", "production", "order=O2", "type=output", "unit=FG/F1", "quantity=9", "uom=EA", "--reason", "r")
        ship = ("lot", "why", "FG/F1", "--for", "ship")
        self.assertEqual(self.details(*ship), ["holds RM/L1, which is under concession"])
        self.assertEqual(self.details("lot", "why", "FG/F1", code=0), [])
        before = self.answer(*ship, code=1)["position"]["SZ1"]
        self.run_ok("lot", "release", "RM/L1", "--reason", "retest passed")
        self.assertEqual(self.details(*ship, code=0), [])
        self.assertEqual(self.details(*ship, "--known-at", before), ["holds RM/L1, which is under concession"])

    def test_every_detail_of_why_speaks_chinese(self) -> None:
        self.plant()
        self.run_ok("lot", "hold", "RM/L1", "--hold-id", "1", "--kind", "customs", "--reason", "0", actor="2")
        why = ("--lang", "zh", "lot", "why", "RM/L1", "--for", "ship", "--market", "US")
        details = self.details(*why)
        self.assertEqual(details, ["被扣留 1（海关），由 2 设置：0", "待放行", "不得销往 US 市场，仅限：CN, EU"])
        self.run_ok("lot", "lift", "RM/L1", "--hold-id", "1", "--reason", "0", actor="2")
        self.run_ok("lot", "release", "RM/L1", "--kind", "production", "--reason", "0")
        self.assertEqual(self.details(*why[:-2]), ["仅放行用于生产"])
        self.run_ok("record", "consumption", "order=O1", "unit=RM/L1", "quantity=5", "uom=KGM", "location=WH-01", "--reason", "0")
        self.assertIn("不在库：已消耗", self.details(*why[:-2]))

    def test_a_held_lot_is_not_released_and_its_owner_lifts_it(self) -> None:
        self.plant()
        self.run_ok("lot", "hold", "RM/L1", "--hold-id", "H1", "--reason", "crack")
        refused = self.run_program("lot", "release", "RM/L1", "--reason", "urgent")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("I-31", refused.stderr)
        split = ("lot", "split", "RM/L1", "RM/L1-B", "--quantity", "2", "--uom", "KGM", "--reason", "two bars")
        self.assertIn("I-32", self.run_program(*split).stderr)
        lift = ("lot", "lift", "RM/L1", "--hold-id", "H1", "--reason", "retest passed")
        other = self.run_program(*lift, actor="warehouse.wu")
        self.assertEqual(other.returncode, 4)
        self.assertIn("I-32", other.stderr)
        self.run_ok(*lift)
        self.run_ok("lot", "release", "RM/L1", "--reason", "retest passed")
        self.run_ok(*split)
        self.assertTrue(self.answer("lot", "why", "RM/L1")["allowed"])

    def test_lots_are_rejected_quarantined_and_taken_under_concession(self) -> None:
        self.plant()
        for word, blocked in (("reject", "rejected"), ("quarantine", "pending")):
            self.run_ok("lot", word, "RM/L1", "--reason", "NC-31")
            self.assertEqual(self.answer("lot", "why", "RM/L1", code=1)["causes"][0]["detail"], blocked)
        self.run_ok("lot", "concession", "RM/L1", "--reason", "MRB-77")
        self.assertTrue(self.answer("lot", "why", "RM/L1")["allowed"])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
