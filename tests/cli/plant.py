"""A plant's daily record on the command line: stock, balance, orders, master data, recording by hand, export and back.

    python3 tests/cli/plant.py PROGRAM
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import sys
import unittest
from pathlib import Path

import end_to_end
from end_to_end import Folder
from plain import without_positions

FILES = {
    "items": """valid_from,item,name,uom,lot_tracked,release_required
2026-01-01T00:00:00Z,RM,Rod,MTR,yes,no
2026-01-01T00:00:00Z,FG,Screw,EA,yes,yes
""",
    "units": """valid_from,item,uom,factor,base_uom
2026-01-01T00:00:00Z,RM,ROLL,50,MTR
""",
    "aliases": """valid_from,item,lot,alias,alias_type
2026-01-01T00:00:00Z,RM,L1,HEAT-9,internal
""",
    "parties": """party,valid_from,name,role,telephone,recall_contact
C-1,2026-01-01T00:00:00Z,Hospital,hospital,+1 555 0100,Ann Smith
""",
    "locations": """location,valid_from,name,use
W,2026-01-01T00:00:00Z,Store,storage
L,2026-01-01T00:00:00Z,Line,production
S,2026-01-01T00:00:00Z,Coater,subcontractor
""",
    "receipts": """id,at,item,lot,quantity,uom,location,supplier,supplier_lot,expires_on,cost,currency
R1,2026-02-01T08:00:00Z,RM,L1,2,ROLL,W,S-1,X,2027-01-31,100.50,EUR
R2,2026-02-01T09:00:00Z,RM,L2,30,MTR,W,S-2,X,2026-12-00,,
""",
    "moves": """at,type,item,lot,serial,serial_to,quantity,uom,from,location,into,container
2026-02-02T08:00:00Z,issue,RM,L1,,,60,MTR,W,L,,
2026-02-04T08:00:00Z,count,RM,L1,,,39.5,MTR,,W,,
2026-02-05T08:00:00Z,split,RM,L1,,,10,MTR,,W,RM/L1-B,
2026-02-06T08:00:00Z,pack,FG,F1,S0001,S0050,,,,,,(00)340123451111111111
2026-02-06T08:00:00Z,to_subcontractor,FG,F1,S0051,S0052,,,W,S,,
2026-02-06T09:00:00Z,sample,FG,,S0060,,,,,W,,
""",
    "consumption": """at,until,order,item,lot,quantity,uom,location,basis
2026-02-03T08:00:00Z,2026-02-03T09:00:00Z,WO-1,RM,L1,55,MTR,L,backflushed
""",
    "production": """at,order,type,item,lot,serial,serial_to,quantity,uom,location
2026-02-03T09:00:00Z,WO-1,output,FG,F1,S0001,S0060,,,W
2026-02-03T09:00:00Z,WO-1,scrap,FG,F1,,,3,EA,W
""",
    "orders": """at,order,operation,state,item,quantity,uom,due_on
2026-02-01T00:00:00Z,WO-1,,released,FG,60,EA,2026-03-01
2026-02-03T09:00:00Z,WO-1,0010,completed,,,,
""",
    "status": """at,item,lot,status,quantity,uom,hold,hold_kind,reason
2026-02-02T00:00:00Z,FG,F1,released,,,,,
2026-02-07T00:00:00Z,RM,L1,held,5,MTR,NC-1,quality,"cracks, many"
""",
    "shipments": """at,unit,consignee,location,desadv
2026-02-08T00:00:00Z,(00)340123451111111111,C-1,W,D-1
""",
    "returns": """at,item,serial,customer,location,rma
2026-02-09T00:00:00Z,FG,S0001,C-1,W,RMA-1
""",
}
STOCK = [
    "FG F1 location:S released 2 EA", "FG F1 location:W pending 1 EA", "FG F1 location:W released 7 EA",
    "RM L1 location:L held 5 MTR", "RM L1 location:W not asserted 29.5 MTR", "RM L1-B location:W not asserted 10 MTR",
    "RM L2 location:W not asserted 30 MTR",
]
QUESTIONS = (
    ("inventory",), ("inventory", "--as-of", "2026-02-04T00:00:00Z"), ("balance", "RM/L1"), ("balance", "FG/F1"),
    ("balance", "S-1:RM/X"), ("recall", "scope", "--lot", "S-1:RM/X"), ("trace", "down", "RM/L1"), ("trace", "up", "FG#S0002"),
    ("order", "show", "WO-1"), ("item", "show", "RM"), ("location", "show", "L"),
)


class Plant(Folder):
    def write(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)

    def take(self, files: dict[str, str] = FILES, data: Path | None = None) -> None:
        self.run_program("init", "--ledger", "SZ1", data=data)
        report = self.answer("ingest", *(self.write(f"in/{kind}.csv", text) for kind, text in files.items()), data=data)
        self.assertEqual(report["rejected"], 0)

    def stock(self, *words: str, data: Path | None = None) -> list[str]:
        rows = self.answer("inventory", *words, data=data)["rows"]
        return sorted(" ".join(str(row[name]) for name in ("item", "lot", "location", "status", "quantity", "unit")) for row in rows)

    @staticmethod
    def comparable(answer: dict) -> dict:
        """Without when it was recorded, and without personal data, which an export leaves out."""
        answer = {name: value for name, value in answer.items() if name not in ("recorded_at", "known_at", "at", "described_at")}
        for consignee in answer.get("consignees", []):
            consignee.pop("recall_contact", None)
        return answer

    def sourced_state(self, data: Path) -> dict[str, str]:
        """Digest of every answer, without positions."""
        answers = {" ".join(words): self.comparable(without_positions(self.answer(*words, data=data))) for words in QUESTIONS}
        return {words: hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest() for words, answer in answers.items()}

    def test_stock_and_balance_to_the_piece(self) -> None:
        self.take()
        self.assertEqual(self.stock(), STOCK)
        self.assertEqual(self.stock("--location", "L"), [STOCK[3]])
        self.assertEqual(self.stock("--item", "FG", "--as-of", "2026-02-03T10:00:00Z"), ["FG F1 location:W released 60 EA"])
        expiry = {row["lot"]: row["expires_on"] for row in self.answer("inventory", "--item", "RM")["rows"]}
        self.assertEqual(expiry, {"L2": "2026-12-00", "L1": "2027-01-31", "L1-B": "2027-01-31"})
        self.assertEqual(next(iter(expiry)), "L2")
        figures = {name: value for name, value in self.answer("balance", "FG/F1").items() if value != "0"}
        for name, value in {"produced": "63", "returned": "1", "stock": "8", "at_subcontractor": "2", "scrapped": "3",
                            "shipped": "50", "sampled": "1"}.items():
            self.assertEqual(figures[name], value, name)
        self.assertNotIn("unexplained", figures)
        self.assertEqual(self.answer("balance", "RM/L1")["adjusted"], "-0.5")
        self.run_program("balance", "FG/NONE", code=3)
        self.run_program("balance", "(00)340123451111111111", code=2)

    def test_any_order_of_files_and_rows_and_twice(self) -> None:
        self.take()
        expected = self.sourced_state(self.data)
        for seed in range(10):
            rng = random.Random(seed)
            data = self.root / f"again{seed}"
            self.run_program("init", "--ledger", "SZ1", data=data)
            for again in ("once", "twice"):
                files = []
                for kind, text in FILES.items():
                    header, *rows = text.splitlines()
                    rng.shuffle(rows)
                    files.append(self.write(f"again{seed}-{again}/{kind}.csv", "\n".join([header, *rows, ""])))
                rng.shuffle(files)
                report = self.answer("ingest", *files, data=data)
                self.assertEqual(report["accepted" if again == "twice" else "duplicates"], 0)
            self.assertEqual(self.sourced_state(data), expected, f"seed {seed}")

    def test_export_and_import_elsewhere_gives_the_same_answers(self) -> None:
        self.take()
        self.run_program("record", "moves", "type=move", "unit=RM/L2", "quantity=4", "uom=MTR", "from=W", "location=L",
                         "at=2026-02-10T00:00:00Z", "--reason", "no, really")
        self.run_program("lot", "hold", "RM/L2", "--hold-id", "H-7", "--reason", "cracks")
        self.run_program("export", "plain", "--to", str(self.root / "out"))
        exported = sorted((self.root / "out").iterdir())
        self.assertEqual({path.stem for path in exported}, set(FILES))
        with (self.root / "out" / "status.csv").open(encoding="utf-8", newline="") as file:
            reasons = [row["reason"] for row in csv.DictReader(file)]
        self.assertEqual(sorted(reasons), ["", "cracks", "cracks, many"])
        elsewhere = self.root / "elsewhere"
        self.run_program("init", "--ledger", "SZ1", data=elsewhere)
        self.assertEqual(self.answer("ingest", *map(str, exported), data=elsewhere)["rejected"], 0)
        self.assertEqual(self.stock(data=elsewhere), self.stock())
        for words in QUESTIONS:
            first, second = (without_positions(self.answer(*words, data=data)) for data in (self.data, elsewhere))
            self.assertEqual(self.comparable(first), self.comparable(second), words)
        self.run_program("export", "plain", "--to", str(self.root / "out"), code=5)

    def test_fifty_thousand_serials_are_one_record(self) -> None:
        self.take()
        before = int(self.answer("inventory")["position"]["SZ1"])
        header = "at,order,item,lot,serial,serial_to,location\n"
        path = self.write("production.csv", header + "2026-02-03T09:00:00Z,WO-2,FG,F2,A000001,A050000,W\n")
        self.run_program("ingest", path)
        events = [{"type": "ObjectEvent", "action": "ADD", "eventTime": "2026-02-03T09:00:00Z", "eventTimeZoneOffset": "+00:00",
                   "epcList": [f"urn:epc:id:sgtin:4012345.011111.{number:06}" for number in range(50000)]}]
        document = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
                    "schemaVersion": "2.0", "creationDate": "2026-02-03T09:00:00Z", "epcisBody": {"eventList": events}}
        self.run_program("ingest", self.write("many.json", json.dumps(document)))
        answer = self.answer("inventory")
        self.assertEqual(int(answer["position"]["SZ1"]), before + 2)
        self.assertIn("FG F2 location:W pending 50000 EA", self.stock("--item", "FG"))
        self.assertEqual(self.answer("unit", "show", "FG#A024999")["status"], "in stock")
        self.assertEqual(self.answer("inventory", "--item", "04012345111118")["rows"][0]["quantity"], "50000")

    def test_recording_by_hand(self) -> None:
        self.take()
        words = ("record", "moves", "type=move", "unit=RM/L2", "quantity=4", "uom=MTR", "from=W", "location=L")
        self.assertEqual(self.answer(*words, "--reason", "x", "--dry-run")["outcome"], "accepted")
        self.assertEqual(self.answer(*words, "--dry-run", code=4)["rule"], "RECORDING-1")
        self.assertEqual(self.stock(), STOCK)
        self.answer(*words, "--reason", "x", "--command-id", "c1")
        self.answer(*words, "--reason", "x", "--command-id", "c1")
        self.assertIn("RM L2 location:L not asserted 4 MTR", self.stock())
        self.assertEqual(self.answer(*words, code=4)["rule"], "RECORDING-1")
        self.run_program("record", "moves", "type=count", "unit=RM/L2", "--reason", "x", code=2)
        self.run_program("record", "moves", "color=red", "unit=RM/L2", "--reason", "x", code=2)
        self.run_program("record", "nothing", "a=b", "--reason", "x", code=2)
        self.run_program("record", "items", "item=RM", "name=Bar", "uom=MTR", "--reason", "renamed")
        self.assertEqual(self.answer("item", "show", "RM")["names"][0]["value"], "Bar")
        trail = self.answer("audit", "trail")["entries"][-1]
        self.assertIn("Rod", trail["old_value"])
        self.assertIn("Bar", trail["new_value"])

    def test_master_data_and_orders(self) -> None:
        self.take()
        item = self.answer("item", "show", "RM")
        self.assertEqual((item["uom"], item["conversions"][0]["numerator"]), ("MTR", "50"))
        self.assertEqual(self.answer("party", "show", "C-1")["role"], "hospital")
        self.assertEqual(self.answer("location", "show", "S")["use"], "subcontractor")
        self.assertEqual(self.answer("find", "HEAT-9")["hits"][0]["ref"], "RM/L1")
        order = self.answer("order", "show", "WO-1")
        self.assertEqual((order["state"], order["planned"], len(order["outputs"])), ("released", "60", 61))
        self.assertEqual((order["inputs"][0]["ref"], order["inputs"][0]["basis"]), ("RM/L1", "backflushed"))
        self.assertEqual([step["operation"] for step in order["steps"]], [None, "0010"])
        for words in (("item", "show", "XX"), ("party", "show", "XX"), ("location", "show", "XX"), ("order", "show", "XX")):
            self.run_program(*words, code=3)
        for words in (("inventory",), ("balance", "RM/L1"), ("order", "show", "WO-1"), ("item", "show", "RM")):
            self.assertTrue(self.run_program(*words, "--lang", "zh"))

    def list_of(self, kind: str, *words: str, data: Path | None = None) -> list[dict]:
        answer = self.answer(kind, "list", *words, data=data)
        self.assertEqual(answer["kind"], f"{kind}_list")
        self.assertIn("SZ1", answer["position"])
        self.assertEqual((answer["complete"], answer["missing"]), (True, []))
        return answer["rows"]

    def test_lists_of_master_data(self) -> None:
        self.take()
        items = self.list_of("item")
        self.assertEqual([(row["item"], row["name"], row["uom"], row["release_required"]) for row in items],
                         [("FG", "Screw", "EA", True), ("RM", "Rod", "MTR", False)])
        self.assertEqual([(row["ref"], row["name"], row["telephone"]) for row in self.list_of("party")],
                         [("party:C-1", "Hospital", "+1 555 0100")])
        self.assertEqual([(row["ref"], row["use"]) for row in self.list_of("location")],
                         [("location:L", "production"), ("location:S", "subcontractor"), ("location:W", "storage")])
        before = self.answer("item", "list")["position"]["SZ1"]
        self.run_program("record", "items", "item=AA", "name=Pin", "uom=EA", "--reason", "new")
        self.assertEqual([row["item"] for row in self.list_of("item")], ["AA", "FG", "RM"])
        self.assertEqual(self.list_of("item", "--known-at", before), items)
        self.run_program("event", "void", "SZ1:" + self.answer("item", "list")["position"]["SZ1"], "--reason", "mistyped")
        self.assertEqual(self.list_of("item"), items)

    def test_list_of_orders(self) -> None:
        self.take()
        rows = self.write("orders-2.csv", "at,order,operation,state,item,quantity,uom,due_on\n"
                          "2026-02-02T00:00:00Z,WO-2,,planned,RM,7,MTR,\n2026-02-05T00:00:00Z,WO-2,,started,,,,\n")
        made = self.write("production-3.csv", "at,order,type,item,lot,quantity,uom,location\n"
                          "2026-02-06T00:00:00Z,WO-3,output,RM,L9,2,MTR,W\n")
        self.run_program("ingest", rows, made)
        orders = self.list_of("order")
        self.assertEqual([(row["order"], row["state"], row["product"], row["planned"], row["due_on"]) for row in orders],
                         [("WO-1", "released", "FG/*", "60", "2026-03-01"), ("WO-2", "started", "RM/*", "7", None),
                          ("WO-3", None, None, None, None)])
        self.assertEqual(orders[1]["since"], "2026-02-05T00:00:00Z")
        names = lambda *words: [row["order"] for row in self.list_of("order", *words)]
        self.assertEqual(names("--state", "started"), ["WO-2"])
        self.assertEqual(names("--state", "closed"), [])
        self.assertEqual(names("--item", "RM"), ["WO-2", "WO-3"])
        self.assertEqual(names("--item", "FG"), ["WO-1"])
        self.assertEqual(names("--state", "planned", "--as-of", "2026-02-04T00:00:00Z"), ["WO-2"])
        self.assertEqual(names("--as-of", "2026-02-01T12:00:00Z"), ["WO-1"])
        self.run_program("order", "list", "--state", "asleep", code=2)

    def test_list_of_lots(self) -> None:
        self.take()
        lots = self.list_of("lot")
        self.assertEqual([row["ref"] for row in lots], ["FG/F1", "RM/L1", "RM/L1-B", "RM/L2", "S-1:RM/X", "S-2:RM/X"])
        held = self.list_of("lot", "--held")
        self.assertEqual([(row["ref"], row["holds"], row["held"]) for row in held], [("RM/L1", ["NC-1"], True)])
        show = self.answer("lot", "show", "RM/L1")
        self.assertEqual((held[0]["remaining"], held[0]["unit"]), (show["quantities"]["remaining"], "MTR"))
        for name in ("status", "disposition", "expires_on"):
            self.assertEqual(held[0][name], show[name], name)
        self.assertEqual([row["ref"] for row in self.list_of("lot", "--item", "RM")], ["RM/L1", "RM/L1-B", "RM/L2"])
        self.assertEqual(self.list_of("lot", "--held", "--as-of", "2026-02-06T00:00:00Z"), [])

    def test_lists_in_every_format(self) -> None:
        self.take()
        for kind in ("item", "party", "location", "order", "lot"):
            count = len(self.list_of(kind))
            lines = self.run_program(kind, "list", "-o", "ndjson").splitlines()
            self.assertEqual([json.loads(line) for line in lines], self.list_of(kind), kind)
            self.assertEqual(len(list(csv.DictReader(self.run_program(kind, "list", "-o", "csv").splitlines()))), count, kind)
            self.assertEqual(len(self.run_program(kind, "list").splitlines()), count, kind)
            self.assertIn(kind, self.run_program(kind, "list", "--help"))
        self.assertIn("所有批次", self.run_program("--lang", "zh", "lot", "list", "--help"))

    def test_a_backflush_tells_both_ends(self) -> None:
        self.take()
        order = self.answer("order", "show", "WO-1")
        self.assertEqual((order["inputs"][0]["at"], order["inputs"][0]["until"]), ("2026-02-03T08:00:00Z", "2026-02-03T09:00:00Z"))
        self.assertEqual({flow["until"] for flow in order["outputs"]}, {None})
        self.assertIn("2026-02-03T08:00:00Z\t2026-02-03T09:00:00Z", self.run_program("order", "show", "WO-1").replace("  ", "\t"))

    def test_a_refused_row_makes_stock_and_lists_incomplete(self) -> None:
        self.take()
        path = self.write("shipments-2.csv", "at,item,serial,serial_to,consignee\n2026-02-10T00:00:00,FG,S0054,S0056,C-1\n")
        self.answer("ingest", path, code=7)
        answer = self.answer("inventory", code=8)
        self.assertFalse(answer["complete"])
        for kind in ("item", "party", "location", "order", "lot"):
            listed = self.answer(kind, "list", code=8)
            self.assertEqual((listed["complete"], listed["missing"][0]["remedy"]), (False, "lotledger dlq list"), kind)
            self.assertTrue(listed["rows"], kind)
        scope = self.answer("recall", "scope", "--lot", "S-1:RM/X", code=8)
        self.assertIn("shipments-2.csv line 2", json.dumps(scope["missing"]))


if __name__ == "__main__":
    end_to_end.PROGRAM = sys.argv.pop(1)
    unittest.main()
