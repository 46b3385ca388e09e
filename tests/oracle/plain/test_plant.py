"""The oracle of plain rows against itself: mass is conserved, rows say what happened, and lies are found."""
from __future__ import annotations

import csv
import functools
import io
import json
import tempfile
import unittest
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from answers import compare_balance, compare_bounds, compare_inventory, compare_scope
from badness import BADNESS, choices
from bounds import bounds
from factory import Factory
from plant import ONE_BIN, SPARING, STATED, Options, Turn
from things import Unit
from truth import FIGURES, Truth
from world import INFLOWS, World, imbalance
from writer import Dialect, Writer, cells_of, decimal_text

SEEDS = range(1, 13)
LEAVING_TYPES = {"scrap", "sample", "adjust_out"}


@functools.cache
def plants() -> list[Factory]:
    """Some plants of all modes."""
    return [Factory(Options(seed, 120)) for seed in SEEDS]


class Simulator(unittest.TestCase):
    """The world."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.plants = plants()

    def test_mass_is_conserved_at_every_moment(self) -> None:
        for plant in self.plants:
            for state in plant.states.values():
                for lot in plant.lots + plant.serial_lots:
                    self.assertEqual(imbalance(state, lot), 0, f"seed {plant.options.seed}: {lot.ref}")

    def test_nothing_is_negative_and_pallets_hold_no_more_than_lies_there(self) -> None:
        for plant in self.plants:
            for state in plant.states.values():
                self.assertGreater(min(state.bins.values(), default=1), 0)
            for pallet in plant.world.pallets:
                for lot, quantity in pallet.lots.items():
                    self.assertTrue(pallet.place is None or plant.world.on_hand(lot, pallet.place) >= quantity)

    def test_balances_add_up(self) -> None:
        for plant in self.plants:
            truth = Truth(plant)
            for lot in plant.lots + plant.serial_lots:
                figures = truth.balance(lot, truth.times[-1])
                self.assertEqual(sum(figures[name] for name in INFLOWS), sum(figures[name] for name in FIGURES if name not in INFLOWS))

    def test_all_modes_and_kinds_of_rows_occur(self) -> None:
        self.assertEqual({plant.mode for plant in self.plants}, {STATED, SPARING, ONE_BIN})
        rows = [row for plant in self.plants for row in plant.rows]
        self.assertEqual({row.kind for row in rows}, set("items units parties locations receipts production consumption moves shipments "
                                                         "returns status orders aliases".split()))
        self.assertEqual({row.values.get("type") for row in rows if row.kind == "moves"},
                         {None, *("move put_away issue return_to_stock to_subcontractor from_subcontractor to_consignment from_consignment count "
                                  "adjust_in adjust_out scrap sample pack unpack split merge relabel owner".split())})
        self.assertEqual({row.values.get("type") for row in rows if row.kind == "production"}, {None, "output", "by_product", "scrap", "rework"})
        self.assertTrue(any(row.serial_to for row in rows))
        self.assertTrue(any(row.kind == "shipments" and row.unit.sscc and row.values.get("type") != "void" for row in rows))
        self.assertTrue(any(row.values.get("type") == "void" for row in rows))

    def test_the_same_seed_gives_the_same_rows(self) -> None:
        self.assertEqual([cells_of(row, Dialect()) for row in Factory(Options(3, 60)).rows],
                         [cells_of(row, Dialect()) for row in Factory(Options(3, 60)).rows])

    def test_a_take_that_is_not_there_is_refused(self) -> None:
        world, place = World(), self.plants[0].places[0]
        lot = Unit("X", "1")
        world.items[lot] = self.plants[0].items[0]
        world.make(lot, place, Fraction(5), "received")
        with self.assertRaises(AssertionError):
            world.take(lot, place, Fraction(6))

    def test_a_plant_of_one_bin_never_says_where_stock_left_from(self) -> None:
        plant = next(plant for plant in self.plants if plant.mode == ONE_BIN)
        for row in plant.rows:
            if row.kind in ("consumption", "shipments"):
                self.assertNotIn("location", row.values)


class Rows(unittest.TestCase):
    """What rows say, added up, is what lies there: once per row, in base units, for lots that only simple rows name."""

    def test_sums_of_rows_are_the_figures_of_the_world(self) -> None:
        for plant in plants():
            sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
            for row in plant.rows:
                figure = {"receipts": "received", "consumption": "consumed", "returns": "returned"}.get(row.kind)
                if figure and row.unit.serial is None and row.values.get("supplier") != plant.us.number:
                    item = next(item for item in plant.items if (item.code, item.issuer) == (row.unit.item, row.unit.issuer))
                    factor = item.factor(row.values["uom"], row.at, plant.common)
                    sums[row.unit.ref, figure] += row.values["quantity"] * factor
            for (ref, figure), total in sums.items():
                lot = next(lot for lot in plant.lots if lot.ref == ref)
                became = sum((row.values["quantity"] * plant.world.items[lot].factor(row.values["uom"], row.at, plant.common)
                              for row in plant.rows if row.unit == lot and row.values.get("type") in ("split", "merge", "relabel")), Fraction(0))
                self.assertEqual(plant.world.figures[lot, figure], total + (became if figure == "consumed" else 0), f"seed {plant.options.seed}: {ref} {figure}")
            used = {lot.ref for (lot, figure) in plant.world.figures if figure == "consumed" and lot.serial is None}
            told = {row.unit.ref for row in plant.rows if row.kind == "consumption" or row.values.get("type") in ("split", "merge", "relabel")}
            self.assertLessEqual(used, told)

    def test_no_two_rows_say_the_same(self) -> None:
        for plant in plants():
            said = [(row.kind, *sorted(cells_of(row, Dialect()).items())) for row in plant.rows]
            self.assertEqual(len(said), len(set(said)), f"seed {plant.options.seed}")

    def test_a_row_says_the_same_in_every_file_but_for_the_dialect(self) -> None:
        row = next(row for row in Factory(Options(1, 60)).rows if row.kind == "consumption")
        words = [cells_of(row, dialect) for dialect in (Dialect(), Dialect(json=True), Dialect(encoding="gb18030"))]
        self.assertEqual(words[0], words[1])
        self.assertEqual(words[0], words[2])

    def test_files_hold_each_row_once_at_its_line(self) -> None:
        plant = Factory(Options(2, 60))
        with tempfile.TemporaryDirectory() as folder:
            files = Writer(plant.rows, Path(folder), "x").write()
            self.assertEqual(sorted(number for file in files for number in file.lines), [row.number for row in plant.rows])
            for file in files:
                text = file.path.read_bytes().decode(file.dialect.encoding)
                if file.dialect.json:
                    table = [{name: value for name, value in json.loads(line).items() if value is not None} for line in text.splitlines()]
                else:
                    table = list(csv.DictReader(io.StringIO(text), delimiter=file.dialect.delimiter))
                self.assertEqual(len(table), len(file.rows))
                for row in file.rows:
                    at = table[file.lines[row.number] - (1 if file.dialect.json else 2)]
                    for name, value in cells_of(row, file.dialect).items():
                        self.assertEqual(str(at[name]).strip(" "), value)

    def test_decimals(self) -> None:
        for amount, text in ((Fraction(5), "5"), (Fraction(1, 8), "0.125"), (Fraction(-7, 2), "-3.5"), (Fraction(1, 1000), "0.001"), (Fraction(0), "0")):
            self.assertEqual(decimal_text(amount, False), text)
            self.assertEqual(decimal_text(amount, True), text.replace(".", ","))

    def test_bounds_by_hand(self) -> None:
        lots = [Unit("RM", text, None) for text in "ABCD"]
        first, second, third, fourth = lots
        total = dict(zip(lots, map(Fraction, (100, 60, 30, 80)))).__getitem__
        at = datetime(2026, 3, 1)
        turns = [Turn(at, first, second, Fraction(40)), Turn(at, second, third, Fraction(30))]
        # B holds 20 of something else: of the 30 that went on, at least 10 are A's.
        self.assertEqual(bounds(turns, first, at, total), {first: (100, 100), second: (40, 40), third: (10, 30)})
        self.assertEqual(bounds(turns, first, datetime(2026, 2, 1), total), {first: (100, 100)})
        self.assertEqual(bounds([*turns, Turn(at, third, first, Fraction(1))], first, at, total), {}, "a circle")
        self.assertEqual(bounds([Turn(at, second, fourth, Fraction(80))], second, at, total)[fourth], (60, 60), "no more than the root ever was")
        answer = {"nodes": [{"ref": "RM/B", "quantity": {"low": "40", "high": "40.0", "unit": "KGM"}}]}
        self.assertEqual(compare_bounds({second: (Fraction(40), Fraction(40))}, "KGM", answer), [])
        self.assertTrue(compare_bounds({second: (Fraction(39), Fraction(40))}, "KGM", answer))
        self.assertTrue(compare_bounds({second: (Fraction(40), Fraction(40))}, "GRM", answer))

    def test_bounds_are_asked_of_lots_told_in_units_of_their_own(self) -> None:
        told = set()
        for plant in plants():
            truth = Truth(plant)
            for turn in plant.history.turns:
                if plant.world.items[turn.lot].role == "raw" and truth.bounds(turn.lot, truth.times[-1]):
                    told |= {row.values.get("uom") for row in plant.rows if row.unit == turn.lot}
        self.assertTrue({"BOX", "EA"} <= told or {"ROLL", "MTR"} <= told, told)

    def test_every_badness_occurs_and_changes_the_row(self) -> None:
        rows = [row for plant in plants() for row in plant.rows]
        for badness in BADNESS:
            dialect = Dialect(comma=badness.name == "thousands")
            found = choices(rows, defaultdict(lambda: dialect), badness)
            self.assertTrue(found, badness.name)
            before = cells_of(found[0], dialect)
            after = dict(before)
            badness.spoil(after)
            self.assertNotEqual(before, after, badness.name)


def inventory_json(truth: Truth, at: object) -> dict:
    """The truth in the form of the program's answer."""
    rows = [{"issuer": stock.lot[0] or None, "item": stock.lot[1], "lot": stock.lot[2], "location": stock.place.ref, "owner": stock.owner or None,
             "status": stock.status, "disposition": stock.disposition, "held": stock.status == "held", "available": stock.available,
             "custodian": stock.place.owner.ref if stock.place.owner else None, "quantity": decimal_text(stock.quantity, False), "unit": stock.unit}
            for stock in truth.inventory(at).rows]
    return {"kind": "inventory", "rows": rows}


def scope_json(truth: Truth, unit: Unit, at: object) -> dict:
    """The same of a recall scope."""
    scope, balance = truth.scope({unit}, at), truth.balance(unit, at)
    return {"kind": "recall_scope", "affected": [{"ref": each.ref} for each in scope.affected],
            "consignees": [{"party": party, "units": len(each.units), "returned": len(each.returned),
                            "quantity": [{"quantity": decimal_text(amount, False), "unit": unit} for unit, amount in each.base.items()]}
                           for party, each in scope.consignees.items()],
            "own_control": [{"ref": each.ref, "location": sorted(scope.places[each])[0], "quantity": decimal_text(high, False)}
                            for each, (_, high) in scope.own.items()],
            "balance": {name: decimal_text(amount, False) for name, amount in balance.items()}}


class Comparison(unittest.TestCase):
    """The truth agrees with itself, and every lie about a figure is one line."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.truths = [Truth(plant) for plant in plants()]

    def test_the_truth_agrees_with_itself_at_all_times(self) -> None:
        for truth in self.truths:
            for at in (truth.times[0] - timedelta(seconds=1), truth.times[40], truth.times[-1]):
                self.assertEqual(compare_inventory(truth.inventory(at), inventory_json(truth, at), lambda stock: True), [])
                for lot in truth.plant.lots[:5] + truth.plant.serial_lots[:2]:
                    self.assertEqual(compare_scope(truth.scope({lot}, at), truth.balance(lot, at), scope_json(truth, lot, at)), [])

    def test_lies_about_stock_are_found(self) -> None:
        truth = self.truths[1]
        at = truth.times[-1]
        lies = {"quantity": "77777", "status": "sold", "disposition": "lost", "location": "location:MOON", "owner": "party:ME",
                "unit": "TNE", "custodian": "party:THIEF", "lot": "other"}
        wanted = truth.inventory(at)
        sure = next(place for place, stock in enumerate(wanted.rows) if (stock.lot, stock.place) not in wanted.blurred)
        for name, lie in lies.items():
            answer = inventory_json(truth, at)
            answer["rows"][sure][name] = lie
            self.assertTrue(compare_inventory(wanted, answer, lambda stock: True), name)
        for name in ("held", "available"):
            answer = inventory_json(truth, at)
            answer["rows"][sure][name] = not answer["rows"][sure][name]
            self.assertTrue(compare_inventory(wanted, answer, lambda stock: True), name)
        answer = inventory_json(truth, at)
        del answer["rows"][sure]
        self.assertTrue(compare_inventory(wanted, answer, lambda stock: True))

    def test_lies_about_a_recall_are_found(self) -> None:
        truth = self.truths[0]
        at = truth.times[-1]
        lot = max(truth.plant.lots, key=lambda lot: (len(truth.scope({lot}, at).consignees), len(truth.scope({lot}, at).own)))
        wanted, balance = truth.scope({lot}, at), truth.balance(lot, at)
        self.assertTrue(wanted.consignees and wanted.own)

        def lie(change: object) -> list[str]:
            answer = scope_json(truth, lot, at)
            change(answer)
            return compare_scope(wanted, balance, answer)

        self.assertEqual(lie(lambda answer: None), [])
        for change in (lambda answer: answer["affected"].pop(), lambda answer: answer["affected"].append({"ref": "X/1"}),
                       lambda answer: answer["consignees"].pop(), lambda answer: answer["consignees"][0].update(units=99),
                       lambda answer: answer["consignees"][0].update(returned=99), lambda answer: answer["consignees"][0]["quantity"].clear(),
                       lambda answer: answer["own_control"].pop(), lambda answer: answer["own_control"][0].update(quantity="0.5"),
                       lambda answer: answer["own_control"][0].update(location="location:MOON"), lambda answer: answer["balance"].update(stock="0.5")):
            self.assertTrue(lie(change))

    def test_a_balance_without_value_is_found(self) -> None:
        truth = self.truths[0]
        balance = truth.balance(truth.plant.lots[0], truth.times[-1])
        answer = {name: decimal_text(amount, False) for name, amount in balance.items()}
        self.assertEqual(compare_balance(balance, answer), [])
        self.assertEqual(len(compare_balance(balance, answer | {"stock": None})), 1)


if __name__ == "__main__":
    unittest.main()
