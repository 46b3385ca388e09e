"""Foreign exports by a mapping, from the file to answers: our own fixtures, InvenTree's demo data and digital twins of
Catena-X by their profiles.

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
TWINS = str(ROOT / "profiles" / "catena-x" / "mapping.toml")
CATENA_X = ROOT.parent / "shared" / "data" / "genealogy" / "catena-x"
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


Link = tuple[str, str, Decimal | None, str | None]  # assembly, part, how much, of what
CODES = {"unit:piece": "EA", "unit:litre": "LTR", "unit:kilogram": "KGM"}


class Twins(Mapping):
    """Digital twins by the profile: what is inside is asked of the program, and compared with the file."""

    def links(self, *words: str, code: int = 0) -> list[Link]:
        edges = self.answer("trace", *words, code=code)["edges"]
        return [(edge["to"], edge["from"], Decimal(edge["quantity"]) if edge["quantity"] else None, edge["unit"])
                for edge in edges if edge["kind"] == "install"]

    def assert_links(self, found: list[Link], expected: set[Link]) -> None:
        self.assertEqual(len(found), len(set(found)), "a link stands twice")
        self.assertEqual(set(found), expected)


def twin(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


class OwnTwins(Twins):
    FILE = FIXTURES / "twins.json"
    INSIDE = {(twin(1), twin(2), Decimal(1), "EA"), (twin(1), twin(3), Decimal("0.25"), "KGM"),
              (twin(1), twin(9), Decimal("2.5"), "LTR"), (twin(1), twin(8), Decimal(4), "EA"),
              (twin(2), twin(4), Decimal(2), "EA")}

    def test_links_of_either_end_and_of_two_versions_count_once(self) -> None:
        first = self.answer("ingest", str(self.FILE), "--mapping", TWINS)
        self.assertEqual((first["duplicates"], first["rejected"], first["conflicts"]), (1, 0, 0))
        again = self.answer("ingest", str(self.FILE), "--mapping", TWINS)
        self.assertEqual((again["accepted"], again["rejected"], again["conflicts"]), (0, 0, 0))
        self.assert_links(self.links("up", twin(1), code=8), self.INSIDE)
        self.assert_links(self.links("up", twin(7), code=8), {(twin(7), twin(4), None, None)})
        ends = self.answer("trace", "down", twin(4))
        self.assertEqual({node["ref"] for node in ends["nodes"]}, {twin(4), twin(2), twin(1), twin(7)})

    def test_an_export_gives_the_links_back(self) -> None:
        self.run_program("ingest", str(self.FILE), "--mapping", TWINS)
        folder, other = self.root / "out", self.root / "other"
        self.run_program("export", "plain", "--to", str(folder))
        self.run_program("init", "--ledger", "T1", data=other)
        report = self.answer("ingest", *map(str, sorted(folder.glob("*.csv"))), data=other)
        self.assertEqual((report["rejected"], report["conflicts"]), (0, 0))
        one, two = (self.answer("trace", "up", twin(1), code=8, data=data)["nodes"] for data in (self.data, other))
        self.assertEqual(one, two)

    def test_a_twin_that_is_not_in_the_file_is_a_unit_without_origin(self) -> None:
        self.run_program("ingest", str(self.FILE), "--mapping", TWINS)
        answer = self.answer("trace", "up", twin(1), code=8)
        without = {item["where"] for item in answer["missing"] if item["what"].startswith("unit without origin")}
        self.assertEqual(without, {twin(4), twin(8), twin(9)})

    def test_codes_of_the_shop_floor_are_found(self) -> None:
        self.run_program("ingest", str(self.FILE), "--mapping", TWINS)
        for text, number in (("SN-2b", 2), ("MOTOR#SN-2", 2), ("GREASE/B-3", 3)):
            self.assertEqual(self.answer("find", text)["hits"][0]["ref"], twin(number), text)
        self.assertEqual(self.answer("item", "show", "BPNL00000000000A:PUMP/*")["names"][0]["value"], "Pump")

    def test_a_child_item_that_was_refused_is_missing_from_its_assembly(self) -> None:
        bad = self.root / "bad.json"
        bad.write_text(self.FILE.read_text().replace('"unit": "unit:litre"', '"unit": "unit:barrel"'))
        self.assertEqual(self.answer("ingest", str(bad), "--mapping", TWINS, code=7)["rejected"], 1)
        answer = self.answer("trace", "up", twin(1), code=8)
        self.assertNotIn(twin(9), {node["ref"] for node in answer["nodes"]})
        self.assertTrue(any("a rejected event names this answer" in item["what"] for item in answer["missing"]), answer["missing"])

    def test_another_quantity_of_the_same_link_is_a_conflict_that_its_assembly_names(self) -> None:
        self.run_program("ingest", str(self.FILE), "--mapping", TWINS)
        other = self.root / "other.json"
        other.write_text(self.FILE.read_text().replace('"value": "0.250"', '"value": "0.251"'))
        report = self.answer("ingest", str(other), "--mapping", TWINS, code=5)
        self.assertEqual((report["accepted"], report["conflicts"]), (0, 1))
        self.assert_links(self.links("up", twin(1), code=8), self.INSIDE)
        missing = self.answer("trace", "up", twin(1), code=8)["missing"]
        self.assertTrue(any("other content, names this answer" in item["what"] for item in missing), missing)


@unittest.skipUnless(CATENA_X.exists() or os.environ.get("CI") == "true", "no outside data")
class CatenaX(Twins):
    """An independent reading of the files, and the source's own answers, against what the program answers."""

    def read(self, name: str) -> dict:
        return json.loads((CATENA_X / name).read_text(), parse_float=Decimal, parse_int=Decimal)

    def take(self, name: str) -> None:
        report = self.answer("ingest", str(CATENA_X / name), "--mapping", TWINS)
        self.assertEqual((report["rejected"], report["conflicts"]), (0, 0))

    @staticmethod
    def link(assembly: str, part: str, quantity: dict) -> Link:
        unit = quantity["unit"] if "unit" in quantity else quantity["measurementUnit"]
        amount = quantity["value"] if "value" in quantity else quantity["quantityNumber"]
        return assembly, part, Decimal(amount), CODES[unit["lexicalValue"] if isinstance(unit, dict) else unit]

    def expected_links(self, name: str) -> set[Link]:
        return {self.link(one["catenaXId"], one["linkedItem"]["childCatenaXId"], one["linkedItem"]["quantity"])
                for one in self.read(f"expected/{name}")["relationships"]}

    def links_of(self, name: str) -> set[Link]:
        twins = next(value for key, value in self.read(name).items() if "TestDataContainer" in key)
        links = set()
        for one in twins:
            for aspect, payloads in one.items():
                if aspect.endswith(("#SingleLevelBomAsBuilt", "#AssemblyPartRelationship")):
                    for child in [child for payload in payloads for child in payload.get("childItems", payload.get("childParts", []))]:
                        links.add(self.link(one["catenaXId"], child.get("catenaXId") or child["childCatenaXId"], child["quantity"]))
        return links

    def test_the_answers_of_the_source_are_ours(self) -> None:
        answers = (("CX_Testdata_529_compatibility_SingleLevelBomAsBuilt.json", "529-single-level-bom-as-built-expected-relationships.json",
                    "urn:uuid:bec0a457-4d6b-4c1c-88f7-125d04f04d68", 3),
                   ("expected/TRI-704-expected-submodels.json", "TRI-704-expected-relationships.json",
                    "urn:uuid:aeada37a-a1d8-4535-a476-5f5e1142e3fe", 4),
                   ("expected/TRI-1070-expected-submodels.json", "TRI-1070-expected-relationships.json",
                    "urn:uuid:ed333e9a-5afa-40b2-99da-bae2fd21501e", 44))
        for file, expected, root, count in answers:
            with self.subTest(file):
                self.take(file)
                wanted = self.expected_links(expected)
                self.assertEqual(len(wanted), count)
                self.assert_links(self.links("up", root), wanted)

    def test_every_link_of_a_file_is_found_once_and_from_both_ends(self) -> None:
        for file, count in (("smallTestdata.json", 283), ("IRS_Testdata_v1.0.0-DataIntegrity-IntegrityAspect.json", 44)):
            with self.subTest(file):
                self.take(file)
                wanted = self.links_of(file)
                self.assertEqual(len(wanted), count)
                parts, assemblies = {link[1] for link in wanted}, {link[0] for link in wanted}
                self.assert_union("up", sorted(assemblies - parts), wanted)
                self.assert_union("down", sorted(parts - assemblies), wanted)

    def assert_union(self, direction: str, roots: list[str], wanted: set[Link]) -> None:
        found: set[Link] = set()
        for root in roots:
            links = self.links(direction, root)
            self.assertEqual(len(links), len(set(links)), root)
            found |= set(links)
        self.assertEqual(found, wanted)


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
