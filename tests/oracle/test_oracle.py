"""Tests of the oracle: small cases computed by hand, and a mirror program that the checker must see through.

    python3 -m unittest discover -s tests/oracle
"""
from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import check
import gs1
import mirror
from bounds import bounds
from events import Known, know, load, microseconds, to_fact
from factory import parse_features, write_factory
from graph import Graph, build
from oracle import CERTAIN, DOWN, POSSIBLE, UP, Answer, Readings, trace
from plant import EXTRA, FEATURES, Options
from program import Program, Reply
from recall import Scope, recall_scope
from soundness import read_truth, unreached, unsound
from writer import gtin

ITEM = {letter: gtin("4512345", 1 + place) for place, letter in enumerate("MNDPCG")}
HOSPITAL, KLINIK = "urn:epc:id:pgln:7612345.00010", "urn:epc:id:pgln:7612345.00020"
HOSPITAL_GLN, KLINIK_GLN = gs1.party_number(HOSPITAL), gs1.party_number(KLINIK)
CASE, PALLET = "urn:epc:id:sscc:4512345.3000000001", "urn:epc:id:sscc:4512345.3000000002"
CASE_KEY, PALLET_KEY = gs1.parse(CASE).key, gs1.parse(PALLET).key


def lot(item: str, text: str) -> str:
    """Key of a lot of an item letter."""
    return gs1.lot_key(ITEM[item], text)


def serial(item: str, text: str) -> str:
    """Key of a serial of an item letter."""
    return gs1.serial_key(ITEM[item], text)


def uri(key: str) -> str:
    """URI of a key."""
    return key if ":" in key else gs1.to_urn(key, 7)


def quantity(*pairs: tuple) -> list[dict]:
    """Quantity list of (key, amount[, uom])."""
    return [{"epcClass": uri(pair[0]), "quantity": pair[1]} | ({"uom": pair[2]} if len(pair) > 2 else {})
            for pair in pairs]


class Day:
    """Writes events one hour apart."""

    def __init__(self) -> None:
        """No event yet."""
        self.events: list[dict] = []

    def add(self, kind: str, **fields: object) -> dict:
        """Adds an event; its id is e1, e2, ... and its hour the same number."""
        hour = len(self.events) + 1
        event = {"type": kind, "eventTime": f"2026-03-01T{hour:02d}:00:00Z", "eventTimeZoneOffset": "+00:00",
                 "eventID": f"urn:uuid:e{hour}"} | fields
        self.events.append(event)
        return event

    def receive(self, *pairs: tuple) -> dict:
        """Receipt of lots."""
        return self.add("ObjectEvent", action="ADD", bizStep="receiving", quantityList=quantity(*pairs))

    def commission(self, lot_text: str, *keys: str) -> dict:
        """Commissioning of serials of a lot."""
        return self.add("ObjectEvent", action="ADD", bizStep="commissioning", epcList=[uri(key) for key in keys],
                        ilmd={"cbvmda:lotNumber": lot_text})

    def make(self, inputs: list, outputs: list, **more: object) -> dict:
        """Transformation of quantities."""
        return self.add("TransformationEvent", inputQuantityList=quantity(*inputs),
                        outputQuantityList=quantity(*outputs), **more)

    def pack(self, parent: str, *keys: str, action: str = "ADD", **more: object) -> dict:
        """Aggregation under a container."""
        return self.add("AggregationEvent", action=action, bizStep="packing" if action == "ADD" else "unpacking",
                        parentID=parent, childEPCs=[uri(key) for key in keys], **more)

    def move(self, step: str, party: str | None, *keys: str, **more: object) -> dict:
        """Shipping, voiding or receiving."""
        ends = {"destinationList": [{"type": "owning_party", "destination": party}]} if party else {}
        return self.add("ObjectEvent", action="OBSERVE", bizStep=step, epcList=[uri(key) for key in keys],
                        **(ends | more))


def withdraw(event: dict, *corrective: str) -> dict:
    """The withdrawal of an event."""
    declaration = {"declarationTime": "2026-03-09T00:00:00Z", "reason": "incorrect_data"}
    return event | {"errorDeclaration": declaration | ({"correctiveEventIDs": list(corrective)} if corrective else {})}


def facts(*files: list[dict]) -> list:
    """Files of events in the form of `events.load`."""
    return [([to_fact(event, number) for event in events], {}) for number, events in enumerate(files)]


def knowledge(*files: list[dict], as_of: str | None = None, upto: int | None = None) -> tuple[Graph, Known]:
    """Graph and knowledge of some files."""
    known = know(facts(*files), upto).as_of(microseconds(as_of) if as_of else None)
    return build(known), known


def ask(day: Day, root: str, direction: str = DOWN, readings: Readings = Readings()) -> Answer:
    """Trace over one file."""
    graph, known = knowledge(day.events)
    return trace(graph, known, root, direction, readings)


def scope(day: Day, root: str) -> Scope:
    """Recall scope over one file."""
    graph, known = knowledge(day.events)
    return recall_scope(graph, known, trace(graph, known, root, DOWN))


class Identity(unittest.TestCase):
    """GS1 names."""

    def test_one_unit_in_all_writings(self) -> None:
        """URN, Digital Link on any stem, element string and short forms are one unit."""
        key = "(01)10614141123459(21)400"
        for text in ("urn:epc:id:sgtin:0614141.112345.400", "https://id.gs1.org/01/10614141123459/21/400",
                     "https://shop.example.com/a/b/01/10614141123459/10/L%2F1/21/400?17=290131",
                     "(01)10614141123459(10)L/1(21)400", "(01)10614141123459(21)400", "10614141123459#400"):
            with self.subTest(text):
                self.assertEqual(gs1.parse_reference(text).key, key)

    def test_lots_decoded_and_case_sensitive(self) -> None:
        """Escapes are undone; case is kept."""
        key = "(01)10614141123459(10)a/B%"
        self.assertEqual(gs1.parse("urn:epc:class:lgtin:0614141.112345.a%2FB%25").key, key)
        self.assertEqual(gs1.parse("https://id.gs1.org/01/10614141123459/10/a%2FB%25").key, key)
        self.assertEqual(gs1.parse_reference("10614141123459/a/B%").key, key)
        self.assertNotEqual(gs1.parse("https://id.gs1.org/01/10614141123459/10/A%2FB%25").key, key)

    def test_other_keys(self) -> None:
        """SSCC, class, party and location; short GTINs are padded."""
        self.assertEqual(gs1.parse("urn:epc:id:sscc:0614141.1234567890"), gs1.Name("(00)106141412345678908", "container"))
        self.assertEqual(gs1.parse("urn:epc:idpat:sgtin:0614141.112345.*"), gs1.Name("(01)10614141123459", "class"))
        self.assertEqual(gs1.parse("https://id.gs1.org/01/4012345000009").key, "(01)04012345000009")
        self.assertEqual(gs1.party_number("urn:epc:id:sgln:7612345.00010.7"), HOSPITAL_GLN)
        self.assertEqual(gs1.party_number(f"https://id.gs1.org/417/{HOSPITAL_GLN}"), HOSPITAL_GLN)

    def test_unknown_is_opaque(self) -> None:
        """A wrong check digit, a foreign URI and a foreign path are opaque, never an error."""
        for text in ("https://id.gs1.org/01/10614141123450/10/A", "urn:x:tool:7", "https://example.com/01/abc", ""):
            with self.subTest(text):
                self.assertEqual(gs1.parse(text), gs1.Name(text, "opaque"))

    def test_writings_round_trip(self) -> None:
        """What the factory writes is read back."""
        for key in (lot("M", "a/B%+&"), serial("D", "1/2"), f"(01){ITEM['G']}", CASE_KEY):
            self.assertEqual(gs1.parse(gs1.to_urn(key, 7)).key, key)
            self.assertEqual(gs1.parse(gs1.to_digital_link(key, "https://x.example/p")).key, key)
        linked = gs1.to_digital_link(serial("D", "7"), "https://x.example", "L/1")
        self.assertEqual(gs1.parse(linked).lot_key, lot("D", "L/1"))


class Traces(unittest.TestCase):
    """Trace up and down."""

    def device_day(self) -> Day:
        """M/m1 -> D/d1 (two serials)."""
        day = Day()
        day.receive((lot("M", "m1"), 10, "KGM"))
        day.make([(lot("M", "m1"), 10, "KGM")], [(lot("D", "d1"), 2)])
        day.commission("d1", serial("D", "1"), serial("D", "2"))
        return day

    def test_down_reaches_lot_and_serials(self) -> None:
        """Down from material: process, device lot, its serials, all certain."""
        answer = ask(self.device_day(), lot("M", "m1"))
        self.assertEqual(answer.certainty, {key: CERTAIN for key in (
            lot("M", "m1"), "urn:uuid:e2", lot("D", "d1"), serial("D", "1"), serial("D", "2"))})
        self.assertEqual(answer.edges, {
            (lot("M", "m1"), "urn:uuid:e2", "consume"), ("urn:uuid:e2", lot("D", "d1"), "output"),
            (lot("D", "d1"), serial("D", "1"), "member"), (lot("D", "d1"), serial("D", "2"), "member")})
        self.assertIs(answer.complete, True)

    def test_up_never_reaches_siblings(self) -> None:
        """Up from a serial: its lot and the lot's inputs, not the sibling."""
        answer = ask(self.device_day(), serial("D", "1"), UP)
        self.assertEqual(set(answer.certainty), {serial("D", "1"), lot("D", "d1"), "urn:uuid:e2", lot("M", "m1")})
        self.assertNotIn(serial("D", "2"), answer.certainty)

    def test_down_from_serial_reaches_only_itself(self) -> None:
        """No sibling; the lot may be shown but need not."""
        answer = ask(self.device_day(), serial("D", "1"))
        self.assertEqual(set(answer.certainty) - answer.optional, {serial("D", "1")})

    def test_other_reading_of_lot_inputs(self) -> None:
        """With the other reading serials inherit their lot's inputs as possible; a root lot's serials stay certain."""
        readings = Readings(lot_inputs=POSSIBLE)
        self.assertEqual(ask(self.device_day(), lot("M", "m1"), DOWN, readings).certainty[serial("D", "1")], POSSIBLE)
        self.assertEqual(ask(self.device_day(), lot("D", "d1"), DOWN, readings).certainty[serial("D", "1")], CERTAIN)
        self.assertEqual(ask(self.device_day(), serial("D", "1"), UP, readings).certainty[lot("M", "m1")], POSSIBLE)

    def test_lot_level_use_reaches_serial_as_possible(self) -> None:
        """One piece of D/d1 was used in P/p1: from serial 1 that is possible, from the lot certain."""
        day = self.device_day()
        day.make([(lot("D", "d1"), 1)], [(lot("P", "p1"), 1)])
        from_serial = ask(day, serial("D", "1"))
        self.assertEqual(from_serial.certainty[lot("P", "p1")], POSSIBLE)
        self.assertNotIn(serial("D", "2"), from_serial.certainty)
        self.assertEqual(ask(day, lot("D", "d1")).certainty[lot("P", "p1")], CERTAIN)
        upward = ask(day, lot("P", "p1"), UP)
        self.assertEqual(upward.certainty[lot("D", "d1")], CERTAIN)
        self.assertEqual(upward.certainty[serial("D", "1")], POSSIBLE)
        self.assertIn(serial("D", "1"), upward.optional)

    def test_equal_lot_text_of_two_items(self) -> None:
        """M/x and N/x are two lots."""
        day = Day()
        day.receive((lot("M", "x"), 1, "KGM"), (lot("N", "x"), 1, "KGM"))
        day.make([(lot("N", "x"), 1, "KGM")], [(lot("P", "p"), 1)])
        self.assertEqual(set(ask(day, lot("M", "x")).certainty), {lot("M", "x")})

    def test_loop_ends(self) -> None:
        """A -> B -> A: each node once, in both directions."""
        day = Day()
        day.receive((lot("M", "a"), 4, "KGM"))
        day.make([(lot("M", "a"), 4, "KGM")], [(lot("M", "b"), 4, "KGM")])
        day.make([(lot("M", "b"), 4, "KGM")], [(lot("M", "a"), 4, "KGM")])
        day.make([(lot("M", "a"), 4, "KGM")], [(lot("M", "a"), 4, "KGM")])
        wanted = {lot("M", "a"), lot("M", "b"), "urn:uuid:e2", "urn:uuid:e3", "urn:uuid:e4"}
        for direction in (DOWN, UP):
            self.assertEqual(set(ask(day, lot("M", "a"), direction).certainty), wanted)
        graph, known = knowledge(day.events)
        held = bounds(graph, trace(graph, known, lot("M", "a"), DOWN))
        self.assertEqual(held[lot("M", "b")], (0, 12))

    def test_shared_transformation_id_is_one_process(self) -> None:
        """Two events, one run: both inputs reach both outputs."""
        day = Day()
        day.receive((lot("M", "1"), 1, "KGM"), (lot("M", "2"), 1, "KGM"))
        day.make([(lot("M", "1"), 1, "KGM")], [(lot("P", "1"), 1)], transformationID="urn:run:7")
        day.make([(lot("M", "2"), 1, "KGM")], [(lot("P", "2"), 1)], transformationID="urn:run:7")
        self.assertEqual(set(ask(day, lot("M", "1")).certainty),
                         {lot("M", "1"), "urn:run:7", lot("P", "1"), lot("P", "2")})

    def test_flow_through_class_is_possible_and_incomplete(self) -> None:
        """M -> class G -> P."""
        day = Day()
        bulk = f"(01){ITEM['G']}"
        day.receive((lot("M", "m"), 5, "KGM"))
        day.make([(lot("M", "m"), 5, "KGM")], [(bulk, 5, "KGM")])
        day.make([(bulk, 5, "KGM")], [(lot("P", "p"), 5)])
        answer = ask(day, lot("M", "m"))
        self.assertEqual(answer.certainty[lot("P", "p")], POSSIBLE)
        self.assertIs(answer.complete, False)
        self.assertEqual(ask(day, lot("P", "p"), UP).certainty[lot("M", "m")], POSSIBLE)

    def test_assembly_is_flow_and_removal_is_no_undoing(self) -> None:
        """A motor in a device: reached down and up, also after its removal; other motors of its lot are not."""
        day = self.device_day()
        day.commission("c", serial("C", "1"), serial("C", "2"))
        for action, step in (("ADD", "installing"), ("DELETE", "removing")):
            day.add("AssociationEvent", action=action, bizStep=step, parentID=uri(serial("D", "1")),
                    childEPCs=[uri(serial("C", "1"))])
            self.assertEqual(ask(day, serial("C", "1")).units(),
                             {serial("C", "1"): CERTAIN, serial("D", "1"): CERTAIN})
            self.assertIn(serial("C", "1"), ask(day, serial("D", "1"), UP).units())
        self.assertNotIn(serial("D", "2"), ask(day, lot("C", "c")).certainty)
        self.assertNotIn(serial("C", "2"), ask(day, serial("D", "1"), UP).certainty)

    def test_membership_by_digital_link(self) -> None:
        """(01)(10)(21) alone tells the lot."""
        day = Day()
        day.add("ObjectEvent", action="ADD", bizStep="commissioning",
                epcList=[f"https://id.gs1.org/01/{ITEM['D']}/10/d9/21/5"])
        self.assertEqual(ask(day, lot("D", "d9")).units(), {lot("D", "d9"): CERTAIN, serial("D", "5"): CERTAIN})

    def test_missing_origin(self) -> None:
        """An input that nobody received makes upward answers incomplete; as a root it does not."""
        day = Day()
        day.make([(lot("M", "m"), 5, "KGM")], [(lot("P", "p"), 5)])
        self.assertIs(ask(day, lot("P", "p"), UP).complete, False)
        self.assertIs(ask(day, lot("M", "m")).complete, True)


class Containment(unittest.TestCase):
    """Packing."""

    def packed_day(self) -> Day:
        """Two serials of different lots in one case, the case on a pallet."""
        day = Day()
        day.commission("d1", serial("D", "1"))
        day.commission("d2", serial("D", "2"))
        day.pack(CASE, serial("D", "1"), serial("D", "2"))
        day.pack(PALLET, CASE_KEY)
        return day

    def test_containers_are_shown_and_never_walked(self) -> None:
        """Case and pallet stand in the answer, the neighbour in the case does not."""
        answer = ask(self.packed_day(), lot("D", "d1"))
        self.assertEqual(set(answer.certainty), {lot("D", "d1"), serial("D", "1"), CASE_KEY, PALLET_KEY})
        self.assertEqual(answer.types[CASE_KEY], "container")
        self.assertIn((serial("D", "1"), CASE_KEY, "contain"), answer.edges)
        self.assertIn((CASE_KEY, PALLET_KEY, "contain"), answer.edges)

    def test_outer_container_only_of_the_same_time(self) -> None:
        """A case that goes onto a pallet after it was emptied does not show the pallet."""
        day = Day()
        day.commission("d1", serial("D", "1"))
        day.pack(CASE, serial("D", "1"))
        day.pack(CASE, action="DELETE")
        day.pack(PALLET, CASE_KEY)
        self.assertNotIn(PALLET_KEY, ask(day, serial("D", "1")).certainty)

    def test_nested_pallet_ships_contents_of_that_moment(self) -> None:
        """Shipping the pallet ships both serials; what was taken out before does not go."""
        day = self.packed_day()
        day.move("shipping", HOSPITAL, PALLET_KEY)
        self.assertEqual(scope(day, lot("D", "d1")).consignees[HOSPITAL_GLN].units, {serial("D", "1")})
        day = self.packed_day()
        day.pack(CASE, serial("D", "1"), action="DELETE")
        day.move("shipping", HOSPITAL, PALLET_KEY)
        self.assertEqual(scope(day, lot("D", "d1")).consignees, {})
        self.assertEqual(set(scope(day, lot("D", "d1")).own_control), {serial("D", "1")})
        self.assertEqual(set(scope(day, lot("D", "d2")).consignees), {HOSPITAL_GLN})

    def test_unpacking_without_list_empties(self) -> None:
        """After it nothing goes with the pallet's case; a withdrawn unpacking changes nothing."""
        day = self.packed_day()
        emptied = day.pack(CASE, action="DELETE")
        day.move("shipping", HOSPITAL, PALLET_KEY)
        self.assertEqual(scope(day, lot("D", "d1")).consignees, {})
        day.events.append(withdraw(emptied))
        self.assertEqual(scope(day, lot("D", "d1")).consignees[HOSPITAL_GLN].units, {serial("D", "1")})

    def test_part_of_a_lot_in_a_case(self) -> None:
        """30 of 50 packed, 10 taken out again: 20 ship, 30 stay."""
        day = Day()
        day.receive((lot("P", "p"), 50))
        day.pack(CASE, childQuantityList=quantity((lot("P", "p"), 30)))
        day.pack(CASE, action="DELETE", childQuantityList=quantity((lot("P", "p"), 10)))
        day.move("shipping", HOSPITAL, CASE_KEY)
        found = scope(day, lot("P", "p"))
        self.assertEqual(found.consignees[HOSPITAL_GLN].units, {lot("P", "p")})
        self.assertEqual(found.own_control, {lot("P", "p"): 30})


class Recalls(unittest.TestCase):
    """Consignees and own control."""

    def shipped_day(self) -> Day:
        """Serials 1 and 2 to the hospital under document A, serial 3 stays."""
        day = Day()
        day.commission("d", *(serial("D", str(number)) for number in (1, 2, 3)))
        day.move("shipping", HOSPITAL, serial("D", "1"), serial("D", "2"),
                 bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:doc:A"}])
        return day

    def test_units_and_own_control(self) -> None:
        """Two there, one here."""
        found = scope(self.shipped_day(), lot("D", "d"))
        self.assertEqual(found.consignees[HOSPITAL_GLN].units, {serial("D", "1"), serial("D", "2")})
        self.assertEqual(found.own_control, {serial("D", "3"): 1})
        self.assertEqual(found.consignees[HOSPITAL_GLN].shipments, {microseconds("2026-03-01T02:00:00Z")})

    def test_void_takes_only_its_units_and_document(self) -> None:
        """Serial 2 did not leave; a void of another document voids nothing."""
        day = self.shipped_day()
        day.move("void_shipping", None, serial("D", "2"),
                 bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:doc:A"}])
        found = scope(day, lot("D", "d"))
        self.assertEqual(found.consignees[HOSPITAL_GLN].units, {serial("D", "1")})
        self.assertEqual(set(found.own_control), {serial("D", "2"), serial("D", "3")})
        day = self.shipped_day()
        day.move("void_shipping", None, serial("D", "2"),
                 bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:doc:B"}])
        found = scope(day, lot("D", "d"))
        self.assertEqual(len(found.consignees[HOSPITAL_GLN].units), 2)
        self.assertIsNone(found.complete)

    def test_return_and_reshipment(self) -> None:
        """A returned unit stays counted where it was, is ours again, and may go to another party."""
        day = self.shipped_day()
        day.move("receiving", None, serial("D", "1"), disposition="returned")
        found = scope(day, lot("D", "d"))
        self.assertEqual(len(found.consignees[HOSPITAL_GLN].units), 2)
        self.assertEqual(found.consignees[HOSPITAL_GLN].returned, {serial("D", "1")})
        self.assertEqual(set(found.own_control), {serial("D", "1"), serial("D", "3")})
        day.move("shipping", KLINIK, serial("D", "1"))
        found = scope(day, lot("D", "d"))
        self.assertEqual(found.consignees[KLINIK_GLN].units, {serial("D", "1")})
        self.assertEqual(set(found.own_control), {serial("D", "3")})

    def test_owner_before_possessor_before_place(self) -> None:
        """The consignee of each destination list."""
        owner = {"type": "owning_party", "destination": HOSPITAL}
        keeper = {"type": "possessing_party", "destination": KLINIK}
        place = {"type": "location", "destination": "urn:epc:id:sgln:7612345.00010.9"}
        for ends, wanted in (([keeper, owner], HOSPITAL_GLN), ([place, keeper], KLINIK_GLN), ([place], HOSPITAL_GLN)):
            day = Day()
            day.commission("d", serial("D", "1"))
            day.move("shipping", None, serial("D", "1"), destinationList=ends)
            self.assertEqual(set(scope(day, lot("D", "d")).consignees), {wanted})

    def test_shipment_without_party_is_incomplete(self) -> None:
        """No consignee, but not silent."""
        day = Day()
        day.commission("d", serial("D", "1"))
        day.move("shipping", None, serial("D", "1"))
        found = scope(day, lot("D", "d"))
        self.assertEqual((found.consignees, found.complete, found.own_control), ({}, False, {}))

    def test_used_up_and_destroyed_are_not_ours(self) -> None:
        """Of 10: 4 consumed, 1 destroyed, 5 left; an installed part is in its device."""
        day = Day()
        day.receive((lot("P", "p"), 10))
        day.commission("d", serial("D", "1"))
        day.make([(lot("P", "p"), 4)], [(lot("N", "n"), 4)])
        day.add("ObjectEvent", action="DELETE", bizStep="destroying", quantityList=quantity((lot("P", "p"), 1)))
        self.assertEqual(scope(day, lot("P", "p")).own_control, {lot("P", "p"): 5, lot("N", "n"): 4})
        day.commission("c", serial("C", "1"))
        day.add("AssociationEvent", action="ADD", bizStep="installing", parentID=uri(serial("D", "1")),
                childEPCs=[uri(serial("C", "1"))])
        self.assertEqual(set(scope(day, lot("C", "c")).own_control), {serial("D", "1")})


class Corrections(unittest.TestCase):
    """Withdrawals, duplicates, known-at and as-of."""

    def files(self) -> tuple[list[dict], dict, dict]:
        """Receipt and a wrong and a right production."""
        day = Day()
        day.receive((lot("M", "m"), 5, "KGM"), (lot("N", "n"), 5, "KGM"))
        wrong = day.make([(lot("M", "m"), 5, "KGM")], [(lot("P", "p"), 5)])
        right = day.make([(lot("N", "n"), 5, "KGM")], [(lot("P", "p"), 5)])
        return day.events[:1], wrong, right

    def units(self, root: str, *files: list[dict], **how: object) -> set[str]:
        """Units below a root."""
        graph, known = knowledge(*files, **how)  # type: ignore[arg-type]
        return set(trace(graph, known, root, DOWN).units())

    def test_withdrawal_in_any_order(self) -> None:
        """After it, before it, or in one file: the wrong use is gone, the right one stands."""
        first, wrong, right = self.files()
        gone = withdraw(wrong, right["eventID"])
        for files in ([first, [wrong], [gone, right]], [[gone], first + [right], [wrong]],
                      [first + [gone, wrong, right]]):
            self.assertEqual(self.units(lot("M", "m"), *files), {lot("M", "m")})
            self.assertEqual(self.units(lot("N", "n"), *files), {lot("N", "n"), lot("P", "p")})

    def test_known_at(self) -> None:
        """Before the withdrawal the wrong use is shown."""
        first, wrong, right = self.files()
        files = (first + [wrong], [withdraw(wrong, right["eventID"])], [right])
        self.assertEqual(self.units(lot("M", "m"), *files, upto=1), {lot("M", "m"), lot("P", "p")})
        self.assertEqual(self.units(lot("M", "m"), *files, upto=2), {lot("M", "m")})

    def test_withdrawal_without_original_and_open_correction(self) -> None:
        """Both leave answers about their units incomplete, and are settled by the missing event."""
        first, wrong, right = self.files()
        gone = withdraw(wrong, right["eventID"])
        for files, wanted in (([first, [gone, right]], False), ([first, [wrong, gone]], False),
                              ([first, [wrong, gone, right]], True)):
            graph, known = knowledge(*files)
            self.assertIs(trace(graph, known, lot("M", "m"), DOWN).complete, wanted)

    def test_duplicates_do_not_count_twice(self) -> None:
        """The same file twice; events without id as well."""
        first, wrong, _ = self.files()
        for event in (first[0], wrong):
            event.pop("eventID")
        graph, _ = knowledge(first + [wrong], first + [wrong])
        self.assertEqual(graph.totals[lot("M", "m")], 5)
        self.assertEqual(len(graph.processes), 1)

    def test_as_of_is_inclusive(self) -> None:
        """The use at 02:00 is in at 02:00, out a moment before."""
        first, wrong, _ = self.files()
        events = first + [wrong]
        self.assertIn(lot("P", "p"), self.units(lot("M", "m"), events, as_of="2026-03-01T02:00:00Z"))
        self.assertNotIn(lot("P", "p"), self.units(lot("M", "m"), events, as_of="2026-03-01T01:59:59.999999Z"))


class Quantities(unittest.TestCase):
    """Bounds of design section 6."""

    def held(self, day: Day, root: str) -> dict:
        """Bounds below a root."""
        graph, known = knowledge(day.events)
        return bounds(graph, trace(graph, known, root, DOWN))

    def test_two_inputs_two_outputs(self) -> None:
        """60 of 100 kg with 40 foreign kg into 70 and 30: [30, 60] and [0, 60]; then 20 kg of the 30: [0, 20]."""
        day = Day()
        day.receive((lot("M", "m"), 100, "KGM"), (lot("N", "n"), 40, "KGM"))
        day.make([(lot("M", "m"), 60, "KGM"), (lot("N", "n"), 40, "KGM")],
                 [(lot("P", "1"), 70, "KGM"), (lot("P", "2"), 30, "KGM")])
        day.make([(lot("P", "2"), 20, "KGM")], [(lot("P", "3"), 20, "KGM")])
        held = self.held(day, lot("M", "m"))
        self.assertEqual(held, {lot("M", "m"): (100, 100), lot("P", "1"): (30, 60), lot("P", "2"): (0, 60),
                                lot("P", "3"): (0, 20)})

    def test_units_that_do_not_convert(self) -> None:
        """10 kg into 4 pieces; pieces of two items do not convert either."""
        day = Day()
        day.receive((lot("M", "m"), 25, "KGM"), (lot("C", "screws"), 20))
        day.make([(lot("M", "m"), 10, "KGM"), (lot("C", "screws"), 20)], [(lot("P", "p"), 4)])
        day.make([(lot("P", "p"), 1)], [(lot("N", "n"), 1)])
        self.assertEqual(self.held(day, lot("M", "m"))[lot("P", "p")], (0, 10))
        self.assertEqual(self.held(day, lot("C", "screws"))[lot("N", "n")], (0, 20))

    def test_a_serial_of_the_root_lot_is_one(self) -> None:
        """One piece each, exactly."""
        day = Day()
        day.make([], [(lot("D", "d"), 3)])
        day.commission("d", serial("D", "1"))
        self.assertEqual(self.held(day, lot("D", "d"))[serial("D", "1")], (1, 1))

    def test_bounds_contain_the_truth(self) -> None:
        """Over random factories, and what truly holds material is always reached."""
        for seed in range(1, 13):
            with tempfile.TemporaryDirectory() as name:
                paths = write_factory(Options(seed, 60, 3, frozenset((*FEATURES, *EXTRA))), Path(name))
                known = know(load(paths))
                graph, truth = build(known), read_truth(Path(name) / "truth.json")
                for root in sorted(key for key, kind in graph.types.items() if kind in (gs1.LOT, gs1.SERIAL)):
                    answer = trace(graph, known, root, DOWN)
                    self.assertEqual(unsound(truth, root, bounds(graph, answer)), [], f"seed {seed}")
                    self.assertEqual(unreached(truth, root, set(answer.certainty)), [], f"seed {seed}")

    def test_truth_refuses_narrow_bounds(self) -> None:
        """Bounds that miss the truth by one are found."""
        truth = {"u": {"r": "3/2"}}
        self.assertEqual(unsound(truth, "r", {"u": (Fraction(3, 2), Fraction(3, 2))}), [])
        self.assertEqual(len(unsound(truth, "r", {"u": (Fraction(0), Fraction(1))})), 1)
        self.assertEqual(len(unsound(truth, "r", {"u": (Fraction(2), Fraction(3))})), 1)
        self.assertEqual(len(unreached(truth, "r", set())), 1)


class Factories(unittest.TestCase):
    """The generator."""

    def test_same_seed_same_bytes(self) -> None:
        """Deterministic, and seeds differ."""
        texts = []
        for seed in (5, 5, 6):
            with tempfile.TemporaryDirectory() as name:
                paths = write_factory(Options(seed, 40), Path(name))
                texts.append([path.read_text() for path in paths + [Path(name) / "truth.json"]])
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_features(self) -> None:
        """Relative and absolute lists; an unknown name is an error."""
        self.assertEqual(parse_features("default"), frozenset(FEATURES))
        self.assertEqual(parse_features("-ship,+class_mixed"), frozenset(FEATURES) - {"ship"} | {"class_mixed"})
        self.assertEqual(parse_features("ship,pack"), frozenset({"ship", "pack"}))
        with self.assertRaises(ValueError):
            parse_features("shipp")

    def test_every_situation_occurs(self) -> None:
        """Over a few seeds every kind of event is written, and all withdrawals are settled in the end."""
        met: set[str] = set()
        for seed in range(1, 16):
            with tempfile.TemporaryDirectory() as name:
                loaded = load(write_factory(Options(seed, 90), Path(name)))
                everything = know(loaded)
                self.assertEqual((everything.pending, everything.open_references, everything.conflicts), ([], [], []))
                met |= {"withdrawal first" for files in range(1, 4) if know(loaded, files).pending}
                for fact in everything.facts:
                    met |= {f"{fact.type} {fact.action} {fact.step}", "no id" if not fact.event_id else "id"}
                    met |= {"unlisted"} if fact.step == "unpacking" and not fact.children else set()
                    met |= {"returned"} if fact.disposition == "returned" else set()
                    met |= {"no party"} if fact.step == "shipping" and not fact.destinations else set()
        self.assertLessEqual({
            "withdrawal first", "no id", "unlisted", "returned", "no party", "ObjectEvent OBSERVE void_shipping",
            "AggregationEvent ADD assembling", "AssociationEvent ADD installing", "AssociationEvent DELETE removing",
            "TransformationEvent  repairing", "ObjectEvent DELETE destroying", "AggregationEvent DELETE unpacking",
        }, met)


class InProcess(Program):
    """The mirror program without a process of its own."""

    def run(self, *words: str) -> Reply:
        """Runs one command of the mirror."""
        code, value = mirror.execute(["--data", str(self.data), *words])
        return Reply(code, json.loads(json.dumps(value)) if value is not None else None, "")


class Checker(unittest.TestCase):
    """The checker accepts the mirror and sees through each of its lies."""

    def differences(self, lie: str, seed: int, modes: str = "base") -> list[str]:
        """What the checker says about a mirror with one fault (none if `lie` is empty)."""
        options = argparse.Namespace(program=Path("mirror"), size=45, files=3, units=6, bounds="exact",
                                     feature_set=frozenset(FEATURES), mode_list=modes.split(","), lot_inputs=CERTAIN, kafka=None)
        with (mock.patch.dict(os.environ, {"MIRROR_FAULT": lie}), mock.patch.object(check, "Program", InProcess),
              tempfile.TemporaryDirectory() as name):
            found, questions = check.check_seed(seed, Path(name) / "seed", options)
        self.assertGreater(questions, 10)
        return found

    def test_true_answers_pass_in_all_modes(self) -> None:
        """No difference."""
        for seed in (1, 2):
            self.assertEqual(self.differences("", seed, ",".join(check.MODES)), [])

    def test_each_lie_is_found(self) -> None:
        """Every fault shows within a few factories; not every factory has the situation it lies about."""
        special = {"ignore_known_at": "known-at", "ignore_as_of": "as-of", "not_idempotent": "twice"}
        for lie in mirror.FAULTS:
            with self.subTest(lie):
                found = (self.differences(lie, seed, special.get(lie, "base")) for seed in range(1, 9))
                self.assertTrue(any(found))


if __name__ == "__main__":
    unittest.main()
