"""Plain rows from files to answers: a small factory in CSV, its recall, its faults, and the same factory in EPCIS.

    python3 tests/cli/plain.py PROGRAM
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import unittest
from pathlib import Path

import end_to_end
from end_to_end import Folder

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "plain"
KINDS = ("parties", "locations", "receipts", "consumption", "production", "moves", "shipments", "returns")
STEEL, DEVICE = "04012345222227", "04012345111118"
BAD_LOT = f"{STEEL}/4711"


def rows_of(kind: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_positions(value: object) -> object:
    """What an answer says, wherever its facts are recorded and whichever writing of a unit came first."""
    if isinstance(value, dict):
        return {name: without_positions(member) for name, member in value.items() if name not in ("position", "where", "epc")}
    return [without_positions(item) for item in value] if isinstance(value, list) else value


class Epcis:
    """The rows of the factory as an EPCIS document."""

    @staticmethod
    def unit(row: dict[str, str]) -> str:
        if "unit" in row:
            item, serial = row["unit"].split("#")
            return f"https://id.gs1.org/01/{item}/21/{serial}"
        if row.get("serial"):
            return f"https://id.gs1.org/01/{row['gtin']}/21/{row['serial']}"
        return f"https://id.gs1.org/01/{row['gtin']}/10/{row['lot']}"

    def units(self, row: dict[str, str], lists: tuple[str, str]) -> dict:
        if row.get("serial") or "unit" in row:
            return {lists[0]: [self.unit(row)]}
        return {lists[1]: [{"epcClass": self.unit(row), "quantity": float(row["quantity"]), "uom": row["uom"]}]}

    @staticmethod
    def place(number: str) -> dict:
        return {"id": f"https://id.gs1.org/414/{number}"}

    @staticmethod
    def party(number: str) -> str:
        return f"https://id.gs1.org/417/{number}"

    def event(self, kind: str, row: dict[str, str]) -> dict:
        event = {"eventTime": row["at"], "eventTimeZoneOffset": "+08:00"}
        if kind in ("production", "consumption"):
            side = "output" if kind == "production" else "input"
            event |= {"type": "TransformationEvent", "transformationID": row["order"], "bizLocation": self.place(row["location"])}
            if row.get("serial"):
                event["ilmd"] = {"cbvmda:lotNumber": row["lot"]}
            return event | self.units(row, (f"{side}EPCList", f"{side}QuantityList"))
        event |= {"type": "ObjectEvent", "action": "OBSERVE"} | self.units(row, ("epcList", "quantityList"))
        event["readPoint" if kind == "shipments" else "bizLocation"] = self.place(row["location"])
        documents = [{"type": name, "bizTransaction": row[name]} for name in ("po", "desadv", "rma") if row.get(name)]
        if documents:
            event["bizTransactionList"] = documents
        if kind != "moves":
            event["bizStep"] = "shipping" if kind == "shipments" else "receiving"
        if kind == "returns":
            event["disposition"] = "returned"
        sender = row.get("supplier") or row.get("customer")
        if sender:
            event["sourceList"] = [{"type": "owning_party", "source": self.party(sender)}]
        if kind == "shipments":
            event["destinationList"] = [{"type": "owning_party", "destination": self.party(row["consignee"])}]
            if row["ship_to"]:
                event["destinationList"].append({"type": "location", "destination": self.place(row["ship_to"])["id"]})
        return event

    def vocabulary(self, kind: str) -> dict:
        names = {"name_latin": "nameLatin", "street": "streetAddressOne", "country": "countryCode", "recall_contact": "recallContact"}
        elements = []
        for row in rows_of(kind):
            owner = row.pop("owner", "")
            number = row.pop("party", "") or row.pop("location")
            attributes = [{"id": f"urn:epcglobal:cbv:mda:{names.get(name, name)}", "attribute": value}
                          for name, value in row.items() if value and name != "valid_from"]
            if owner:
                attributes.append({"id": "urn:epcglobal:cbv:mda:owningParty", "attribute": self.party(owner)})
            ident = self.party(number) if kind == "parties" else self.place(number)["id"]
            elements.append({"id": ident, "attributes": attributes})
        word = "Party" if kind == "parties" else "Location"
        return {"type": f"urn:epcglobal:epcis:vtype:{word}", "vocabularyElementList": elements}

    def document(self) -> dict:
        events = [self.event(kind, row) for kind in KINDS[2:] for row in rows_of(kind)]
        return {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
                "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z",
                "epcisHeader": {"epcisMasterData": {"vocabularyList": [self.vocabulary("parties"), self.vocabulary("locations")]}},
                "epcisBody": {"eventList": events}}


class Plain(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.files = [str(FIXTURES / f"{kind}.csv") for kind in KINDS]
        self.run_program("init", "--ledger", "T1")

    def faults(self, *words: str, code: int = 7) -> str:
        done = subprocess.run([end_to_end.PROGRAM, "--data", str(self.data), *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def scope(self, code: int = 0, data: Path | None = None, lot: str = BAD_LOT) -> dict:
        return self.answer("recall", "scope", "--lot", lot, code=code, data=data)

    def same_scope(self, one: dict, other: dict) -> None:
        for member in ("complete", "affected", "consignees", "own_control", "balance"):
            self.assertEqual(without_positions(one[member]), without_positions(other[member]), member)

    def file(self, name: str, text: str | bytes) -> str:
        path = self.root / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)


class Factory(Plain):
    def test_recall_scope_of_a_supplier_lot(self) -> None:
        report = self.answer("ingest", *self.files)
        self.assertEqual((report["accepted"], report["rejected"]), (sum(len(rows_of(kind)) for kind in KINDS), 0))
        scope = self.scope()
        self.assertTrue(scope["complete"])
        affected = {unit["ref"] for unit in scope["affected"]}
        self.assertEqual(affected, {BAD_LOT, f"{DEVICE}#S1", f"{DEVICE}#S2", f"{DEVICE}#S3", f"{DEVICE}/D3"})
        consignees = {each["name"]: (each["units"], each["returned"], each["reach"]) for each in scope["consignees"]}
        self.assertEqual(set(consignees), {"深圳医院", "Wholesale"})
        self.assertEqual(consignees["深圳医院"][0], 2)
        self.assertEqual(consignees["深圳医院"][2], "end user")
        own = {each["ref"]: each["quantity"] for each in scope["own_control"]}
        self.assertEqual(set(own), {BAD_LOT, f"{DEVICE}#S2", f"{DEVICE}#S3", f"{DEVICE}/D3"})
        self.assertIn("50", json.dumps(own[BAD_LOT]))
        self.assertIn("15", json.dumps(own[f"{DEVICE}/D3"]))

    def test_other_answers(self) -> None:
        self.run_program("ingest", *self.files)
        self.assertTrue(self.answer("audit", "verify")["ok"])
        reached = {node["ref"] for node in self.answer("trace", "up", f"{DEVICE}/D3")["nodes"] if node["type"] == "lot"}
        self.assertEqual(reached, {f"{DEVICE}/D3", BAD_LOT, f"{STEEL}/4712"})
        shown = self.answer("unit", "show", f"{DEVICE}#S2")
        self.assertEqual(len(shown["shipments"]), 1)
        self.run_program("trace", "down", "4711", code=2)

    def test_the_same_factory_in_epcis_has_the_same_scope(self) -> None:
        self.run_program("ingest", *self.files)
        other = self.root / "other"
        self.run_program("init", "--ledger", "T1", data=other)
        report = self.answer("ingest", self.file("factory.jsonld", json.dumps(Epcis().document())), data=other)
        self.assertEqual(report["rejected"], 0)
        self.same_scope(self.scope(), self.scope(data=other))

    def test_twice_shuffled_and_as_json_gives_one_answer(self) -> None:
        first = self.answer("ingest", *self.files)
        again = self.answer("ingest", *self.files)
        self.assertEqual((again["accepted"], again["duplicates"]), (0, first["accepted"]))
        chance = random.Random(5)
        files = []
        for kind in chance.sample(KINDS, len(KINDS)):
            rows = rows_of(kind)
            chance.shuffle(rows)
            files.append(self.file(f"{kind}-2.ndjson", "".join(json.dumps(row) + "\n" for row in rows)))
        as_json = self.answer("ingest", *files)
        self.assertEqual((as_json["accepted"], as_json["duplicates"]), (0, first["accepted"]))
        other = self.root / "other"
        self.run_program("init", "--ledger", "T1", data=other)
        self.assertEqual(self.answer("ingest", *files, data=other)["accepted"], first["accepted"])
        self.same_scope(self.scope(), self.scope(data=other))

    def test_equal_lot_texts_of_two_suppliers_stay_apart(self) -> None:
        at = "2026-01-01T00:00:00Z"
        self.run_program("ingest", self.file("receipts.csv", f"at,issuer,item,lot,quantity,uom\n{at},SUP-A,SEAL,77,10,EA\n{at},SUP-B,SEAL,77,10,EA\n"),
                         self.file("consumption.csv", f"at,order,unit,quantity,uom\n{at},1,SUP-A:SEAL/77,5,EA\n{at},2,SUP-B:SEAL/77,5,EA\n"),
                         self.file("production.csv", f"at,order,item,lot,quantity,uom\n{at},1,PUMP,P1,5,EA\n{at},2,PUMP,P2,5,EA\n"))
        self.assertEqual({unit["ref"] for unit in self.scope(lot="SUP-A:SEAL/77")["affected"]}, {"SUP-A:SEAL/77", "PUMP/P1"})
        self.run_program("recall", "scope", "--lot", "77", code=2)


class Faults(Plain):
    def broken_shipments(self) -> str:
        text = (FIXTURES / "shipments.csv").read_text(encoding="utf-8")
        self.assertIn("D3,,20,EA", text)
        return self.file("shipments.csv", text.replace("D3,,20,EA", 'D3,,"20,0",EA'))

    def test_a_bad_row_waits_and_the_scope_grows_when_it_is_repaired(self) -> None:
        others = [path for path in self.files if "shipments" not in path]
        bad = self.broken_shipments()
        said = self.faults("ingest", bad, *others)
        self.assertIn(f'{bad}: line 4, column quantity: "20,0": has a comma in it', said)
        self.assertIn("--decimal-comma", said)
        before = self.scope(code=8)
        row = self.answer("dlq", "list")["rows"][0]
        self.assertIn(row["position"], json.dumps(before["missing"]))
        self.assertEqual((row["line"], row["field"]), ("4", "quantity"))
        shown = self.answer("dlq", "show", row["position"])
        self.assertIn('D3,,"20,0",EA', shown["raw"])
        header = Path(bad).read_text(encoding="utf-8").splitlines()[0]
        still = self.file("still.csv", f"{header}\n{shown['raw']}\n")
        self.assertIn("has a comma in it", self.faults("dlq", "retry", row["position"], "--file", still, "--reason", "x", code=2))
        both = self.file("both.csv", f"{header}\n" + f"{shown['raw']}\n".replace('"20,0"', "20") * 2)
        self.assertIn("holds more than one", self.faults("dlq", "retry", row["position"], "--file", both, "--reason", "x", code=2))
        repaired = self.file("repaired.csv", f"{header}\n{shown['raw']}\n")
        self.run_program("dlq", "retry", row["position"], "--file", repaired, "--decimal-comma", "--reason", "decimal comma")
        self.assertEqual(self.answer("dlq", "list")["rows"], [])
        after = self.scope()
        self.assertGreater(len(after["consignees"]), len(before["consignees"]))
        clean = self.root / "clean"
        self.run_program("init", "--ledger", "T1", data=clean)
        self.run_program("ingest", *self.files, data=clean)
        self.same_scope(after, self.scope(data=clean))

    def test_a_row_of_json_is_repaired_by_json_and_only_once(self) -> None:
        row = {"at": "2026-01-01T00:00:00Z", "unit": "RM/L1", "quantity": 0, "uom": "KGM"}
        self.faults("ingest", self.file("receipts.ndjson", json.dumps(row) + "\n"))
        position = self.answer("dlq", "list")["rows"][0]["position"]
        repaired = self.file("any-name.txt", json.dumps(row | {"quantity": "1.5"}))
        words = ("dlq", "retry", position, "--file", repaired, "--reason", "a piece was lost")
        self.run_program(*words)
        self.assertEqual(self.answer("dlq", "list")["rows"], [])
        self.assertEqual(self.answer("unit", "show", "RM/L1")["ref"], "RM/L1")
        again = self.file("other.txt", json.dumps(row | {"quantity": "2.5"}))
        self.faults("dlq", "retry", position, "--file", again, "--reason", "once more", code=4)

    def test_one_bad_row_in_many_is_named_and_nothing_else_is_lost(self) -> None:
        rows = [f"2026-01-01T00:00:00Z,RM/L{number},1,KGM" for number in range(5000)]
        rows[3210] = '2026-01-01T00:00:00Z,RM/"L3210,1,KGM'
        rows[4000] = '"2026-01-01T00:00:00Z,RM/L4000,1,KGM'
        path = self.file("receipts.csv", "at,unit,quantity,uom\n" + "\n".join(rows) + "\n")
        report = self.answer("ingest", path, code=7)
        self.assertEqual((report["accepted"], report["rejected"]), (4998, 2))
        self.assertEqual({row["line"] for row in self.answer("dlq", "list")["rows"]}, {"3212", "4002"})
        said = self.faults("ingest", path, code=0)
        self.assertIn(f"{path}: line 3212: ", said)
        self.assertIn(f"{path}: line 4002: ", said)
        self.assertEqual(len(self.answer("dlq", "list")["rows"]), 2)

    def test_strict_and_check_take_nothing(self) -> None:
        bad = self.broken_shipments()
        self.faults("ingest", "--strict", bad, *self.files)
        self.assertEqual(self.answer("audit", "verify")["records"], 1)
        checked = self.answer("connect", "check", bad, self.files[2], code=7)
        self.assertEqual([(each["rows"], each["rejected"]) for each in checked["files"]], [(4, 1), (3, 0)])
        self.assertIn("line 4, column quantity", checked["files"][0]["faults"][0])
        self.assertEqual(self.answer("audit", "verify")["records"], 1)
        self.run_program("connect", "check", *self.files)

    def test_what_a_file_cannot_say_is_said_by_options(self) -> None:
        text = "at;unit;quantity;uom\n2026-03-02 08:00;钛/批次1;1,5;KGM\n"
        path = self.file("erp.csv", text.encode("gb18030"))
        self.assertIn("what do its rows tell? say --kind", self.faults("ingest", path))
        self.assertIn("--delimiter ';'", self.faults("ingest", path, "--kind", "receipts"))
        words = ("ingest", path, "--kind", "receipts", "--delimiter", ";", "--encoding", "gb18030", "--decimal-comma", "--timezone", "+08:00")
        self.run_program(*words, code=7)  # A time of day has seconds.
        path = self.file("erp.csv", text.replace("08:00", "08:00:00").encode("gb18030"))
        self.run_program(*words)
        shown = self.answer("unit", "show", "钛/批次1")
        self.assertIn("2026-03-02T", json.dumps(shown["events"]))

    def test_conflicts_and_equal_rows(self) -> None:
        header, row = "id,at,unit,quantity,uom\n", "2026-01-01T00:00:00Z,RM/L1,1,KGM\n"
        self.assertEqual(self.answer("ingest", self.file("receipts.csv", header + "," + row + "," + row))["accepted"], 2)
        self.assertEqual(self.answer("ingest", self.file("receipts.csv", header + "," + row))["duplicates"], 1)
        self.run_program("ingest", self.file("receipts.csv", header + "A," + row))
        changed = self.answer("ingest", self.file("receipts.csv", header + "A," + row.replace(",1,", ",2,")), code=5)
        self.assertEqual(changed["conflicts"], 1)

    def test_templates_are_taken_as_they_are(self) -> None:
        for kind in KINDS:
            text = self.run_program("connect", "template", kind)
            self.assertEqual(len(text.splitlines()), 2)
            self.assertEqual(self.answer("ingest", self.file(f"{kind}.csv", text))["accepted"], 1, kind)
        self.run_program("connect", "template", "recipts", code=2)


if __name__ == "__main__":
    end_to_end.PROGRAM = sys.argv.pop(1)
    unittest.main()
