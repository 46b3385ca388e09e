// The page of the plain format and the program's table are one: docs/formats/plain.md against connectors/plain/columns.
#include "tests/support/plain_read.h"

#include <fstream>
#include <map>
#include <sstream>

namespace lotledger::tests {

using namespace connectors;
using plain::Kind;

namespace {

std::string page() {
  std::ifstream file(std::string(LOTLEDGER_SOURCE_DIR) + "/docs/formats/plain.md");
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

using Cells = std::vector<std::string>;

/// Cells of a line of a table, without back quotes; empty for any other line.
Cells cells_of(const std::string& line) {
  Cells cells;
  if (!line.starts_with("| ")) return cells;
  std::istringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');) {
    std::string clean(plain::trimmed(cell));
    std::erase(clean, '`');
    cells.push_back(std::move(clean));
  }
  return cells;
}

/// Rows of the table whose header is `header`, by their first cell.
std::map<std::string, Cells> table(const Cells& header) {
  std::map<std::string, Cells> rows;
  std::istringstream text(page());
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    const Cells cells = cells_of(line);
    if (cells == header) inside = true;
    if (cells.empty()) inside = false;
    if (!inside || cells == header || cells.front().starts_with("---")) continue;
    CHECK_MESSAGE(!rows.contains(cells.front()), cells.front());
    rows[cells.front()] = cells;
  }
  REQUIRE_FALSE(rows.empty());
  return rows;
}

}  // namespace

TEST_CASE("plain format: the page has every column of every kind, and no other") {
  Cells header{"column"};
  for (const std::string_view kind : plain::kind_names()) header.emplace_back(kind);
  const auto rows = table(header);
  std::size_t used = 0;
  for (const auto& [name, cells] : rows) {
    CAPTURE(name);
    REQUIRE(cells.size() == header.size());
    for (std::size_t i = 1; i < header.size(); ++i) {
      CAPTURE(header[i]);
      const Kind kind = plain::kind_named(header[i]).value();
      const auto column = plain::column_named(kind, name);
      REQUIRE(column.has_value() == !cells[i].empty());
      if (column) CHECK(name_of(plain::use_of(kind, *column)->need) == cells[i]);
      if (column) ++used;
    }
  }
  std::size_t expected = 0;
  for (const std::string_view kind : plain::kind_names())
    expected += plain::columns_of(*plain::kind_named(kind)).size();
  CHECK(used == expected);
}

TEST_CASE("plain format: the page says of every column its value and example") {
  const auto rows = table({"column", "value", "example", "meaning", "GS1, EPCIS, ISA-95"});
  CHECK(rows.size() == plain::k_columns);
  for (std::size_t i = 0; i < plain::k_columns; ++i) {
    const plain::ColumnSpec& spec = plain::spec_of(static_cast<plain::Column>(i));
    CAPTURE(spec.name);
    REQUIRE(rows.contains(std::string(spec.name)));
    const Cells& cells = rows.at(std::string(spec.name));
    CHECK(cells.at(1) == name_of(spec.type));
    CHECK(cells.at(2) == spec.example);
    CHECK_FALSE(cells.at(3).empty());
  }
}

TEST_CASE("plain format: every template is a sound file, and so is every example") {
  for (const std::string_view name : plain::kind_names()) {
    CAPTURE(name);
    const Kind kind = *plain::kind_named(name);
    const auto rows = plain_submissions(plain::template_of(kind), plain_format(kind));
    REQUIRE(rows.size() == 1);
    CHECK_MESSAGE(rows[0].message.empty(), rows[0].message);
  }
  const std::string at = "at,unit\n2026-03-02T08:00:00Z,";
  const auto example = [](plain::Column column) { return std::string(plain::spec_of(column).example); };
  CHECK(verdict("at,unit,quantity,uom\n2026-03-02T08:00:00Z," + example(plain::Column::unit) + ",1,KGM\n",
                plain_format(Kind::receipts)) == "accepted");
  CHECK(verdict("at,gtin,serial\n2026-03-02T08:00:00Z," + example(plain::Column::gtin) + "," +
                    example(plain::Column::serial) + "\n",
                plain_format(Kind::receipts)) == "accepted");
}

TEST_CASE("plain format: a file's name says its kind") {
  CHECK(plain::kind_of_file("receipts.csv") == Kind::receipts);
  CHECK(plain::kind_of_file("/a/b.c/shipments-2026-03.csv") == Kind::shipments);
  CHECK(plain::kind_of_file("moves_SZ1.ndjson") == Kind::moves);
  CHECK(plain::kind_of_file("parties") == Kind::parties);
  for (const std::string_view name :
       {"receipt.csv", "receiptsold.csv", "Receipts.csv", "old-receipts.csv", "", "/receipts/x.csv"}) {
    CAPTURE(name);
    CHECK_FALSE(plain::kind_of_file(name).has_value());
  }
}

}  // namespace lotledger::tests
