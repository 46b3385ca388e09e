"""Foreign exports by a mapping, from the file to answers: our own fixture, and InvenTree's demo data by the profile.

    python3 tests/cli/mapping.py PROGRAM
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import end_to_end
from end_to_end import Folder

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "mapping"
PROFILE = str(ROOT / "profiles" / "inventree" / "mapping.toml")
EXPORT = ROOT.parent / "shared" / "data" / "erp" / "inventree" / "inventree_data.json"


class Mapping(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.run_program("init", "--ledger", "T1")

    def output(self, *words: str, code: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run([end_to_end.PROGRAM, "--data", str(self.data), *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done


class OwnExport(Mapping):
    MAPPING = str(FIXTURES / "mapping.toml")

    def test_a_later_release_tells_nothing_new(self) -> None:
        first = self.answer("ingest", str(FIXTURES / "release_1.json"), "--mapping", self.MAPPING)
        self.assertEqual((first["accepted"], first["duplicates"], first["rejected"]), (6, 0, 0))
        second = self.answer("ingest", str(FIXTURES / "release_2.json"), "--mapping", self.MAPPING)
        self.assertEqual((second["accepted"], second["duplicates"], second["conflicts"]), (0, 6, 0))
        rows = [(row["item"], row["lot"], row["location"], row["quantity"], row["unit"]) for row in self.answer("inventory", "--item", "P2")["rows"]]
        self.assertEqual(rows, [("P2", "B-1", "location:Store", "9.5", "LTR")])

    def test_what_is_left_out_is_named(self) -> None:
        done = self.output("connect", "check", str(FIXTURES / "release_1.json"), "--mapping", self.MAPPING)
        self.assertIn("1 records of mood: the mapping does not know them", done.stderr)
        self.assertIn("2 records of event left out: nothing happened", done.stderr)

    def test_an_export_gives_the_rows_back(self) -> None:
        self.run_program("ingest", str(FIXTURES / "release_1.json"), "--mapping", self.MAPPING)
        folder = self.root / "out"
        self.run_program("export", "plain", "--to", str(folder))
        other = self.root / "other"
        self.run_program("init", "--ledger", "T1", data=other)
        self.run_program("ingest", *map(str, sorted(folder.glob("*.csv"))), data=other)
        # Part 6 has no origin in the export: the trace says that it is incomplete, in both.
        for words, code in ((("inventory",), 0), (("trace", "up", "PUMP-A#5"), 8)):
            one, two = self.answer(*words, code=code), self.answer(*words, code=code, data=other)
            self.assertEqual(one.get("rows", one.get("nodes")), two.get("rows", two.get("nodes")), words)

    def test_a_bad_record_waits_and_is_repaired(self) -> None:
        bad = self.root / "bad.json"
        bad.write_text((FIXTURES / "release_1.json").read_text().replace('"amount": 0.5', '"amount": "half"'))
        report = self.answer("ingest", str(bad), "--mapping", self.MAPPING, code=7)
        self.assertEqual(report["rejected"], 2)  # What was used, and the receipt whose quantity is a sum with it.
        row = next(row for row in self.answer("dlq", "list")["rows"] if row["line"] in (11, "11"))
        mended = self.root / "mended.csv"
        mended.write_text("id,at,order,item,lot,quantity,uom\nE24,2026-03-04T09:00:00+08:00,WO-1,P2,B-1,0.5,LTR\n")
        self.run_program("dlq", "retry", row["position"], "--file", str(mended), "--reason", "typing error")
        self.assertEqual(len(self.answer("dlq", "list")["rows"]), 1)

    def test_lint_names_file_and_line(self) -> None:
        self.run_program("connect", "lint", self.MAPPING)
        self.run_program("connect", "lint", PROFILE)
        broken = self.root / "broken.toml"
        broken.write_text('[source]\nname = "erp"\n[[row]]\nkind = "moves"\nfrom = "x"\n[row.columns]\nat = "a"\nitm = "b"\n')
        self.assertIn("broken.toml:8: 'itm' is no column of moves; did you mean 'item'?",
                      self.output("connect", "lint", str(broken), code=7).stderr)
        self.run_program("connect", "lint", str(self.root / "none.toml"), code=3)


@unittest.skipUnless(EXPORT.exists() or os.environ.get("CI") == "true", "no outside data")
class InvenTree(Mapping):
    def setUp(self) -> None:
        super().setUp()
        self.records = json.loads(EXPORT.read_text(), parse_float=Decimal)
        report = self.answer("ingest", str(EXPORT), "--mapping", PROFILE)
        self.assertEqual((report["rejected"], report["conflicts"]), (0, 0))

    def of_model(self, model: str) -> dict[int, dict]:
        return {record["pk"]: record["fields"] for record in self.records if record["model"] == model}

    def unit(self, stock_item: int) -> str:
        item = self.of_model("stock.stockitem")[stock_item]
        part = self.of_model("part.part")[item["part"]]["IPN"] or f"P{item['part']}"
        return f"{part}#{item['serial']}" if item["serial"] else f"{part}/{item['batch'] or f'S{stock_item}'}"

    def reached(self, *words: str) -> set[str]:
        done = subprocess.run([end_to_end.PROGRAM, "--data", str(self.data), *words, "-o", "json"], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 8), done.stderr)
        return {node["ref"] for node in json.loads(done.stdout)["nodes"]}

    def test_which_assemblies_contain_a_stock_item_and_what_is_inside_a_serial(self) -> None:
        items = self.of_model("stock.stockitem")
        inside = defaultdict(set)
        for pk, item in items.items():
            if item["belongs_to"]:
                inside[item["belongs_to"]].add(pk)
                self.assertIn(self.unit(item["belongs_to"]), self.reached("trace", "down", self.unit(pk)), pk)
        self.assertEqual(sum(map(len, inside.values())), 28)
        for device, parts in inside.items():
            self.assertLessEqual({self.unit(part) for part in parts}, self.reached("trace", "up", self.unit(device)), device)

    def test_inventory_is_the_stock_of_the_file(self) -> None:
        codes = {pk: part["IPN"] or f"P{pk}" for pk, part in self.of_model("part.part").items()}
        expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for item in self.of_model("stock.stockitem").values():
            if not (item["belongs_to"] or item["customer"] or item["sales_order"] or item["is_building"]):
                expected[codes[item["part"]], f"L{item['location']}" if item["location"] else ""] += Decimal(item["quantity"])
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in self.answer("inventory")["rows"]:
            found[row["item"], (row["location"] or "").removeprefix("location:")] += Decimal(row["quantity"])
        different = {place: (found.get(place, Decimal()), expected.get(place, Decimal())) for place in found.keys() | expected.keys()
                     if found.get(place, Decimal()) != expected.get(place, Decimal())}
        self.assertEqual(different, {})

    def test_the_same_export_again_changes_nothing(self) -> None:
        again = self.answer("ingest", str(EXPORT), "--mapping", PROFILE)
        self.assertEqual((again["accepted"], again["rejected"], again["conflicts"]), (0, 0, 0))


if __name__ == "__main__":
    end_to_end.PROGRAM = sys.argv.pop(1)
    unittest.main()
