"""Every check of lint finds what it is there for: each is shown a small good tree, then the same tree with one fault.

    python3 -m unittest discover -s tests/lint
"""
from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cpp
import lint
import matrix
import schema_check
from tree import Tree

GOOD: dict[str, str] = {
    "CMakeLists.txt": "add_subdirectory(engine)\nadd_subdirectory(projections)\nadd_subdirectory(tests)\n",
    "engine/CMakeLists.txt": "add_library(engine base/ids.cc codec/lot.cc evidence/hash.cc lot.cc)\n",
    "projections/CMakeLists.txt": "add_library(store store/rocks.cc)\n",
    "tests/CMakeLists.txt": "include(lot.cmake)\n",
    "tests/lot.cmake": "lotledger_test(lot SOURCES lot_test.cc)\n",
    "schemas/event.fbs": 'include "lot.fbs";\nunion AreaEvent {\n  lot: LotArea = 1\n}\n'
                         "table Event { at: long (id: 0); area: AreaEvent (id: 2, required); }\n",
    "schemas/lot.fbs": "/// A hold.\ntable HoldPlaced { unit: string (id: 0, required); }\n"
                       "union LotEvent { hold_placed: HoldPlaced = 1 }\n"
                       "table LotArea { event: LotEvent (id: 1, required); }\nenum Kind : ubyte { quality = 0, recall = 1 }\n",
    "engine/base/ids.h": "#pragma once\n#include <string>\n",
    "engine/base/ids.cc": '#include "engine/base/ids.h"\n',
    "engine/evidence/hash.cc": "#include <openssl/evp.h>\n",
    "engine/event.h": '#include "engine/lot.h"\nusing AreaEvent = std::variant<LotEvent>;\n',
    "engine/lot.h": '// Explained in docs/areas/lot.md.\n#include "engine/base/ids.h"\nusing LotEvent = std::variant<HoldPlaced>;\n'
                    "inline constexpr std::array k_lot_rules{\n"
                    '    Rule{"LOT-1", "ISO 13485:2016 8.3.1", "a hold needs a reason", "扣留必须说明原因",\n         "give "\n         "--reason"},\n};\n',
    "engine/lot.cc": '#include "engine/lot.h"\nint f() {\n  return 1;  // 0.5 in a comment\n}\n',
    "engine/codec/lot.cc": '#include "engine/event.h"\n#include "schemas/event_generated.h"\n'
                           "Offset<schema::LotArea> encode(Builder& builder, const LotEvent& event);\n"
                           "LotEvent decode(const schema::LotArea& area);\n",
    "projections/store/rocks.cc": '#include "engine/base/ids.h"\n#include <rocksdb/db.h>\n',
    "tests/lot_test.cc": '#include "engine/lot.h"\nTEST_CASE("lot: a hold needs a reason") {\n  CHECK(run() == "accepted");\n  CHECK(run() == "LOT-1");\n}\n',
    "docs/areas/lot.md": "# Lot\n\nSee [sources](../regulations/sources.md#sources) and `docs/areas/lot.md`.\n",
    "docs/regulations/sources.md": "# Sources\n\n| source |\n|---|\n| `ISO 13485:2016` |\n",
}

LONG = "int g() {\n" + "  work();\n" * 69 + "}\n"
HOST = "pypi" + ".org"
HOME = "/ho" + "me/someone/lotledger"

# Check, file, its faulty text (None: the file is missing; `+`: text added at the end), and a part of what must be found.
BAD: list[tuple[str, str, str | None, str]] = [
    ("include_direction", "engine/base/ids.h", '+#include "engine/lot.h"\n', "engine/base must not include engine/lot.h"),
    ("include_direction", "engine/base/ids.h", '+#include "schemas/lot_generated.h"\n', "must not include schemas/lot_generated.h"),
    ("include_direction", "engine/lot.h", '+#include "engine/event.h"\n', "engine/lot must not include engine/event.h"),
    ("include_direction", "engine/lot.h", '+#include "tests/support.h"\n', "must not include tests/support.h"),
    ("include_direction", "projections/store/rocks.cc", '+#include "projections/trace.h"\n', "projections/store must not include"),
    ("include_direction", "engine/lot.cc", '+#include "lot.h"\n', "no path from the root"),
    ("include_direction", "engine/lot.cc", '+#include "engine/base/gone.h"\n', "engine/base/gone.h does not exist"),
    ("include_direction", "engine/helpers.h", "int f();\n", "belongs to no part"),
    ("libraries", "engine/lot.cc", "+#include <openssl/evp.h>\n", "belongs in engine/evidence/*.cc only"),
    ("libraries", "engine/evidence/hash.h", "#include <openssl/evp.h>\n", "belongs in engine/evidence/*.cc only"),
    ("libraries", "engine/lot.cc", '+#include "schemas/event_generated.h"\n', "belongs in engine/codec/*"),
    ("libraries", "engine/lot.cc", "+#include <boost/asio.hpp>\n", "unknown library"),
    ("include_circles", "engine/base/ids.h", '+#include "engine/lot.h"\n', "closes a circle"),
    ("area_slices", "docs/areas/lot.md", None, "area lot: file is missing"),
    ("area_slices", "engine/codec/lot.cc", None, "area lot: file is missing"),
    ("area_slices", "engine/codec/lot.cc", "LotEvent decode(const schema::LotArea& area);\n", "encode() to schema::LotArea is missing"),
    ("area_slices", "engine/event.h", "using AreaEvent = std::variant<LotEvent>;\n", '#include "engine/lot.h" is missing'),
    ("area_slices", "schemas/capa.fbs", "table CapaArea { event: string (id: 0); }\n", "area capa is not in union AreaEvent"),
    ("rules", "docs/regulations/sources.md", "# Sources\n", "begins with no source"),
    ("rules", "tests/lot_test.cc", 'TEST_CASE("x") {\n  CHECK(run() == "accepted");\n}\n', 'no test case refuses by "LOT-1"'),
    ("rules", "tests/lot_test.cc", 'TEST_CASE("x") {\n  CHECK(decide(a) == "LOT-1");\n}\nTEST_CASE("y") {\n  CHECK(run() == "accepted");\n}\n', "also accepts"),
    ("rules", "tests/lot_test.cc", 'TEST_CASE("a lot") {\n  CHECK(parse("LOT-1"));\n}\n', 'no test case refuses by "LOT-1"'),
    ("rules", "tests/lot_test.cc", '// "LOT-1" "accepted"\n', 'no test case refuses by "LOT-1"'),
    ("rule_matrix", "docs/areas/lot.md", "+more\n", ""),
    ("rule_matrix", "docs/regulations/matrix.md", "+more\n", "is not current"),
    ("schema_ids", "schemas/lot.fbs", "+table Other { unit: string; }\n", "Other: unit has no explicit number"),
    ("schema_ids", "schemas/lot.fbs", "+table Other { a: string (id: 0); b: string (id: 0); }\n", "b has number 0, which is that of a"),
    ("schema_ids", "schemas/lot.fbs", "+table Other { a: string (id: 0); b: LotEvent (id: 1); }\n", "b has number 0, which is that of a"),
    ("schema_ids", "schemas/lot.fbs", "+enum Other : ubyte { a = 0, b }\n", "b has no explicit number"),
    ("schema_ids", "schemas/lot.fbs", "+table Other { a: double (id: 0); }\n", "floating point"),
    ("schema_ids", "schemas/lot.fbs", "+struct Other { a: long; }\n", "a struct can never grow"),
    ("build_lists", "tests/order_test.cc", "int x;\n", "lists this source"),
    ("build_lists", "tests/order.cmake", "", "is read by no other"),
    ("build_lists", "engine/lot.cc", None, "lists engine/lot.cc, which does not exist"),
    ("links", "docs/areas/lot.md", "# Lot\n\n[a](gone.md)\n", "leads nowhere"),
    ("links", "docs/areas/lot.md", "# Lot\n\n[a](../regulations/sources.md#gone)\n", "no heading"),
    ("links", "docs/areas/lot.md", "# Lot\n\n[a](../../../other/x.md)\n", "out of the tree"),
    ("named_documents", "engine/lot.cc", "// See docs/areas/gone.md.\n", "docs/areas/gone.md does not exist"),
    ("named_documents", "engine/lot.cc", "// See docs/adr/0042.\n", "docs/adr/0042 does not exist"),
    ("named_documents", "docs/areas/lot.md", "# Lot\n\nSee `gone.md`.\n", "gone.md does not exist"),
    ("function_length", "engine/lot.cc", LONG, "71 lines"),
    ("function_length", "engine/lot.cc", "Lot::Lot(int a)\n    : a_(a) {\n" + "  work();\n" * 69 + "}\n", "72 lines"),
    ("function_length", "tests/lot_test.cc", 'TEST_CASE("x") {\n' + "  CHECK(f());\n" * 70 + "}\n", "72 lines"),
    ("no_floating_point", "engine/lot.cc", "double share = 1;\n", "floating point: double"),
    ("no_floating_point", "engine/lot.cc", "auto share = 0.5;\n", "floating point: 0.5"),
    ("silenced_checks", "engine/lot.cc", "int x;  // NOLINT(bugprone-x)\n", "without a reason"),
    ("machine_words", "docs/areas/lot.md", f"in {HOME}\n", "path of one machine"),
    ("machine_words", "docs/areas/lot.md", f"from {HOST}\n", "host of a registry"),
    ("unfinished", "engine/lot.cc", "// TODO: later\n", "unfinished: TODO"),
]

RULE = GOOD["engine/lot.h"]
BAD_RULES: list[tuple[str, str, str]] = [
    ("LOT-1", "HOLD-1", "id is not LOT-N"),
    ("ISO 13485:2016 8.3.1", "", "has no clause"),
    ("ISO 13485:2016 8.3.1", "somebody said so", "begins with no source"),
    ("a hold needs a reason", "", "has no English text"),
    ("扣留必须说明原因", "a hold needs a reason", "has no Chinese text"),
    ('"give "\n         "--reason"', '""', "says no cure"),
    ("};\n", '    Rule{"LOT-1", "ISO 13485:2016 8.3.1", "x", "扣", "c"},\n};\n', "id is taken"),
    ("};\n", '    Rule{k_id, "ISO 13485:2016 8.3.1", "x", "扣", "c"},\n};\n', "stand outside"),
]


def write(root: Path, files: dict[str, str]) -> Tree:
    """Writes a tree."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return Tree.of(root)


def write_with_matrix(root: Path, files: dict[str, str]) -> Tree:
    """Writes a tree with the rule matrix that it should have, unless it brings one."""
    current = matrix.matrix(write(root, files))
    return write(root, {matrix.MATRIX: current} | files)


def with_fault(path: str, text: str | None) -> dict[str, str]:
    """The good tree with one file changed."""
    files = dict(GOOD)
    if text is None:
        del files[path]
    elif text.startswith("+"):
        files[path] = files.get(path, "") + text[1:]
    else:
        files[path] = text
    return files


class Lint(unittest.TestCase):
    """The checks."""

    def run_check(self, name: str, files: dict[str, str]) -> str:
        """Findings of one check on one tree."""
        with tempfile.TemporaryDirectory() as folder:
            return "\n".join(str(finding) for finding in lint.CHECKS[name](write_with_matrix(Path(folder), files)))

    def test_nothing_is_found_in_a_good_tree(self) -> None:
        """No check cries wolf."""
        for name in lint.CHECKS:
            with self.subTest(name):
                self.assertEqual(self.run_check(name, GOOD), "")

    def test_every_check_finds_its_fault(self) -> None:
        """Each fault is found by its check; an empty expectation: nothing to find."""
        for name, path, text, wanted in BAD:
            with self.subTest(name, path=path, wanted=wanted):
                found = self.run_check(name, with_fault(path, text))
                self.assertIn(wanted, found) if wanted else self.assertEqual(found, "")

    def test_every_fault_of_a_rule_is_found(self) -> None:
        """Words of rules."""
        for old, new, wanted in BAD_RULES:
            with self.subTest(wanted):
                self.assertIn(old, RULE)
                self.assertIn(wanted, self.run_check("rules", GOOD | {"engine/lot.h": RULE.replace(old, new)}))

    def test_every_check_has_a_fault(self) -> None:
        """A check without a faulty tree here would not be known to work."""
        self.assertEqual({name for name, _, _, wanted in BAD if wanted}, set(lint.CHECKS))

    def test_order_of_areas_is_that_of_the_union(self) -> None:
        """Variant and union disagree."""
        files = GOOD | {
            "schemas/event.fbs": 'include "lot.fbs";\ninclude "order.fbs";\nunion AreaEvent {\n  lot: LotArea = 1,\n  order: OrderArea = 2\n}\n',
            "engine/event.h": '#include "engine/lot.h"\n#include "engine/order.h"\nusing AreaEvent = std::variant<OrderEvent, LotEvent>;\n'}
        self.assertIn("not in the order", self.run_check("area_slices", files))


class Functions(unittest.TestCase):
    """Where functions begin and end."""

    def test_lengths(self) -> None:
        """Signature and braces count; types, namespaces, initialisers and lambdas are no functions of their own."""
        rows = [
            ("int f() {\n  return 1;\n}\n", [3]),
            ("int f()\n    const noexcept {\n  return 1;\n}\n", [4]),
            ("auto f(int a) -> std::vector<int> {\n}\n", [2]),
            ("namespace a {\nstruct B {\n  int f() { return 1; }\n  int g() const override {\n    return 2;\n  }\n};\n}\n", [1, 3]),
            ("A::A(int a) : a_(a), b_{1} {\n  f();\n}\n", [3]),
            ("template <typename T>\n  requires std::integral<T>\nT f(T a) {\n  return a;\n}\n", [5]),
            ("constexpr int k_rows[] = {\n  1,\n  2,\n};\n", []),
            ("const auto f = [](int a) {\n  return a;\n};\n", []),
            ("void f() {\n  const auto g = [&] {\n    if (x) {\n    }\n  };\n}\n", [6]),
            ('void f() {\n  print("}{");  // }\n}\n', [3]),
            ("#define F(a) { a; }\nvoid f() {\n}\n", [2]),
            ("enum class E : int { a };\nclass C final : public D {\n public:\n  explicit C(int a) : a_(a) {}\n};\n", [1]),
            ("bool operator==(const A& a, const A& b) {\n  return true;\n}\n", [3]),
        ]
        for text, wanted in rows:
            with self.subTest(text):
                self.assertEqual([function.lines for function in cpp.functions(text)], wanted)


OLD = "table HoldPlaced { unit: string (id: 0, required); note: string (id: 1); }\nenum Kind : ubyte { quality = 0, recall = 1 }\n" \
      "union LotEvent { hold_placed: HoldPlaced = 1 }\n"


class SchemaCheck(unittest.TestCase):
    """What released schemas forbid."""

    def differences(self, new: str) -> str:
        """Compares one changed schema with the old one."""
        with tempfile.TemporaryDirectory() as folder:
            tree = write(Path(folder), {"schemas/lot.fbs": new, "schemas/released/0.1.0/lot.fbs": OLD})
            return "\n".join(str(finding) for finding in schema_check.check(tree))

    def test_growing_is_allowed(self) -> None:
        """New fields, members and tables at the end."""
        grown = OLD.replace("(id: 1); }", "(id: 1, deprecated); more: string (id: 2); }").replace("recall = 1 }", "recall = 1, other = 2 }")
        self.assertEqual(self.differences(OLD), "")
        self.assertEqual(self.differences(grown + "table More { a: string (id: 0); }\n"), "")

    def test_everything_else_is_found(self) -> None:
        """What flatc would let pass is found as well."""
        rows = [
            (" note: string (id: 1);", "", "field note (id 1) is gone"),
            ("note: string (id: 1)", "remark: string (id: 1)", "field note (id 1) is now called remark"),
            ("note: string (id: 1)", "note: long (id: 1)", "is now of type long"),
            ("note: string (id: 1)", "note: string (id: 1, required)", "is now required"),
            ("note: string (id: 1)", "other: long (id: 1); note: string (id: 2)", "is now called other"),
            ("(id: 0, required)", "(id: 0)", "is no longer required"),
            ("recall = 1", "customs = 1", "member recall (id 1) is now called customs"),
            (", recall = 1", "", "member recall (id 1) is gone"),
            ("Kind : ubyte", "Kind : ushort", "is now of type ushort"),
            ("table HoldPlaced", "table HoldSet", "table HoldPlaced is gone"),
            ("hold_placed: HoldPlaced = 1", "hold_placed: HoldPlaced = 2", "member hold_placed (id 1) is gone"),
            ("required); note", "required); extra: string (id: 2, required); note", "new field extra is required"),
        ]
        for old, new, wanted in rows:
            with self.subTest(wanted):
                self.assertIn(old, OLD)
                self.assertIn(wanted, self.differences(OLD.replace(old, new)))

    def test_a_release_that_cannot_be_read_is_no_release(self) -> None:
        """An empty folder would make the check pass on nothing."""
        with tempfile.TemporaryDirectory() as folder:
            tree = write(Path(folder), {"schemas/lot.fbs": OLD, "schemas/released/0.1.0/note.md": "x\n"})
            self.assertIn("holds no schema", "\n".join(map(str, schema_check.check(tree))))


if __name__ == "__main__":
    unittest.main()
