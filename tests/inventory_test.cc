// tests/inventory_test.cc - stock of a plant told in plain rows: the table of docs/areas/inventory.md, line by line, in
// any order of the rows.
#include "projections/inventory.h"

#include "tests/support/plain_read.h"
#include "tests/support/test_ledger.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

namespace lotledger::tests {

using namespace connectors;
using namespace projections;

namespace {

/// Rows of one kind, as CSV.
struct File {
  plain::Kind kind;
  std::string csv;
};

/// Stock and balances of a ledger that took these files.
class Plant {
 public:
  explicit Plant(std::vector<engine::Submission> submissions) {
    for (engine::Submission& submission : submissions) {
      const auto receipt = ledger_.submit(std::move(submission));
      REQUIRE_MESSAGE(receipt.has_value(), (receipt.has_value() ? "" : receipt.error().message));
    }
  }

  /// One line a row: `RM-1/L1 WH-01 released 5 MTR`.
  [[nodiscard]] std::vector<std::string> stock(const TimeFilter& filter = {}) {
    Answer answer(ledger_, filter);
    const auto found = inventory(answer.sources, {});
    REQUIRE(found.has_value());
    std::vector<std::string> lines;
    for (const InventoryRow& row : found->rows) lines.push_back(line_of(row));
    return lines;
  }

  [[nodiscard]] Balance balance(std::string_view ref, const TimeFilter& filter = {}) {
    Answer answer(ledger_, filter);
    const auto node = answer.reader.find(unit(ref).key);
    REQUIRE(node.has_value());
    const auto found = balance_of_unit(answer.sources, answer.reader.node(*node));
    REQUIRE(found.has_value());
    return *found;
  }

 private:
  struct Answer {
    Answer(TestLedger& ledger, const TimeFilter& filter)
        : reader(ledger.reader(filter)),
          containment(reader),
          records(ledger.log),
          parties(reader, records),
          movements(parties, records, own),
          sources{reader, containment, movements, "2026-06-01"} {}
    std::vector<UnitKey> own{unit("party:ME").key};
    GenealogyReader reader;
    Containment containment;
    RecordCache records;
    Parties parties;
    Movements movements;
    InventorySources sources;
  };

  static std::string short_name(const std::string& key) { return key.empty() ? "?" : key.substr(key.find(':') + 1); }

  static std::string line_of(const InventoryRow& row) {
    std::string line = fmt::format("{} {} {}", (row.lot.bytes().empty() ? row.item : row.lot).ref(),
                                   short_name(row.bin.location), name_of(row.bin.disposition));
    if (row.quantity) line += fmt::format(" {} {}", row.quantity->text(), row.unit.view());
    if (!row.bin.owner.empty()) line += " of " + short_name(row.bin.owner);
    for (const std::string& hold : row.holds) line += " held by " + hold;
    if (row.expired) line += " expired";
    if (!row.custodian.empty()) line += " with " + short_name(row.custodian);
    return line;
  }

  TestLedger ledger_;
};

/// What files say, each row a submission.
std::vector<engine::Submission> submissions_of(const std::vector<File>& files) {
  std::vector<engine::Submission> all;
  for (const File& file : files) {
    for (auto& row : plain_submissions(file.csv, plain_format(file.kind))) {
      REQUIRE_MESSAGE(row.message.empty(), row.message);
      all.push_back(std::move(row.submission));
    }
  }
  return all;
}

const File k_items{plain::Kind::items,
                   "valid_from,item,name,uom,release_required\n"
                   "2026-01-01T00:00:00Z,RM,Rod,MTR,no\n"
                   "2026-01-01T00:00:00Z,FG,Screw,EA,yes\n"};
const File k_units{plain::Kind::units,
                   "valid_from,item,uom,factor,base_uom\n"
                   "2026-01-01T00:00:00Z,RM,ROLL,50,MTR\n"
                   "2026-03-01T00:00:00Z,RM,ROLL,40,MTR\n"};
const File k_locations{plain::Kind::locations,
                       "location,valid_from,name,use,owner\n"
                       "W,2026-01-01T00:00:00Z,Store,storage,\n"
                       "L,2026-01-01T00:00:00Z,Line,production,\n"
                       "T,2026-01-01T00:00:00Z,Truck,transit,\n"
                       "S,2026-01-01T00:00:00Z,Coater,subcontractor,\n"
                       "H,2026-01-01T00:00:00Z,Hospital,storage,C-1\n"};

using Lines = std::vector<std::string>;

/// Moves of lot RM/1, after a receipt of 100 MTR at W on 1 February; and what stock then is.
struct MoveCase {
  const char* name;
  const char* rows;  ///< at day, type, quantity, from, location, owner
  Lines stock;
};

std::vector<File> with_moves(std::string_view rows) {
  return {k_items,
          k_units,
          k_locations,
          {plain::Kind::receipts, "at,item,lot,quantity,uom,location\n2026-02-01T00:00:00Z,RM,1,2,ROLL,W\n"},
          {plain::Kind::moves, "at,type,item,lot,quantity,uom,from,location,owner,into\n" + std::string(rows)}};
}

std::string figures(const Balance& balance) {
  if (!balance.known) return "unknown";
  const std::pair<std::string_view, Decimal> all[] = {
      {"received", balance.received},      {"produced", balance.produced},    {"returned", balance.returned},
      {"adjusted", balance.adjusted},      {"stock", balance.stock},          {"wip", balance.wip},
      {"in_transit", balance.in_transit},  {"sub", balance.at_subcontractor}, {"consumed", balance.consumed},
      {"scrapped", balance.scrapped},      {"shipped", balance.shipped},      {"sampled", balance.sampled},
      {"unexplained", balance.unexplained}};
  std::string text;
  for (const auto& [name, figure] : all) {
    if (!figure.zero()) text += (text.empty() ? "" : " ") + std::string(name) + " " + figure.text();
  }
  return text;
}

}  // namespace

TEST_CASE("inventory: what a fact takes from where, and puts where") {
  const MoveCase cases[] = {
      {"nothing", "", {"RM/1 W not asserted 100 MTR"}},
      {"a move",
       "2026-02-02T00:00:00Z,move,RM,1,30,MTR,W,L,,\n",
       {"RM/1 L not asserted 30 MTR", "RM/1 W not asserted 70 MTR"}},
      {"a move of all of it", "2026-02-02T00:00:00Z,put_away,RM,1,,,,L,,\n", {"RM/1 L not asserted 100 MTR"}},
      {"a move that does not say from where leaves the only place",
       "2026-02-02T00:00:00Z,issue,RM,1,1,ROLL,,L,,\n",
       {"RM/1 L not asserted 50 MTR", "RM/1 W not asserted 50 MTR"}},
      {"of several places none is guessed",
       "2026-02-02T00:00:00Z,move,RM,1,30,MTR,W,L,,\n2026-02-03T00:00:00Z,move,RM,1,5,MTR,,S,,\n",
       {"RM/1 ? not asserted -5 MTR", "RM/1 L not asserted 30 MTR", "RM/1 S not asserted 5 MTR",
        "RM/1 W not asserted 70 MTR"}},
      {"a stated place is believed",
       "2026-02-02T00:00:00Z,move,RM,1,130,MTR,W,L,,\n",
       {"RM/1 L not asserted 130 MTR", "RM/1 W not asserted -30 MTR"}},
      {"a count of less", "2026-02-02T00:00:00Z,count,RM,1,99.5,MTR,,W,,\n", {"RM/1 W not asserted 99.5 MTR"}},
      {"a count of more, before which a move comes late",
       "2026-02-03T00:00:00Z,count,RM,1,90,MTR,,W,,\n2026-02-02T00:00:00Z,move,RM,1,30,MTR,W,L,,\n",
       {"RM/1 L not asserted 30 MTR", "RM/1 W not asserted 90 MTR"}},
      {"a count of nothing", "2026-02-02T00:00:00Z,count,RM,1,0,MTR,,W,,\n", {}},
      {"adjustments",
       "2026-02-02T00:00:00Z,adjust_in,RM,1,3,MTR,,L,,\n2026-02-03T00:00:00Z,adjust_out,RM,1,1,MTR,,W,,\n",
       {"RM/1 L not asserted 3 MTR", "RM/1 W not asserted 99 MTR"}},
      {"scrap and samples",
       "2026-02-02T00:00:00Z,scrap,RM,1,3,MTR,,W,,\n2026-02-03T00:00:00Z,sample,RM,1,1,MTR,,W,,\n",
       {"RM/1 W not asserted 96 MTR"}},
      {"an owner of a part, who sells it again",
       "2026-02-02T00:00:00Z,owner,RM,1,40,MTR,,W,S-9,\n2026-02-03T00:00:00Z,owner,RM,1,10,MTR,,W,,\n",
       {"RM/1 W not asserted 70 MTR", "RM/1 W not asserted 30 MTR of S-9"}},
      {"ours again, by our own name", "2026-02-02T00:00:00Z,owner,RM,1,,,,W,ME,\n", {"RM/1 W not asserted 100 MTR"}},
      {"a split",
       "2026-02-02T00:00:00Z,split,RM,1,40,MTR,,W,,RM/1-B\n",
       {"RM/1 W not asserted 60 MTR", "RM/1-B W not asserted 40 MTR"}},
      {"at a customer",
       "2026-02-02T00:00:00Z,to_consignment,RM,1,40,MTR,W,H,,\n",
       {"RM/1 H not asserted 40 MTR with C-1", "RM/1 W not asserted 60 MTR"}},
      {"the conversion of its time",
       "2026-03-02T00:00:00Z,move,RM,1,1,ROLL,W,L,,\n",
       {"RM/1 L not asserted 40 MTR", "RM/1 W not asserted 60 MTR"}},
  };
  for (const MoveCase& c : cases) {
    CAPTURE(c.name);
    auto submissions = submissions_of(with_moves(c.rows));
    CHECK(Plant(submissions).stock() == c.stock);
    std::ranges::reverse(submissions);
    CHECK(Plant(submissions).stock() == c.stock);
  }
}

TEST_CASE("inventory: the balance of a lot says where everything went") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "received 100 stock 100"},
      {"2026-02-02T00:00:00Z,move,RM,1,30,MTR,W,L,,\n2026-02-02T01:00:00Z,move,RM,1,20,MTR,W,T,,\n"
       "2026-02-02T02:00:00Z,move,RM,1,10,MTR,W,S,,\n",
       "received 100 stock 40 wip 30 in_transit 20 sub 10"},
      {"2026-02-02T00:00:00Z,count,RM,1,90,MTR,,W,,\n2026-02-03T00:00:00Z,adjust_in,RM,1,4,MTR,,W,,\n",
       "received 100 adjusted -6 stock 94"},
      {"2026-02-02T00:00:00Z,scrap,RM,1,5,MTR,,W,,\n2026-02-02T00:00:00Z,sample,RM,1,2,MTR,,W,,\n",
       "received 100 stock 93 scrapped 5 sampled 2"},
      {"2026-02-02T00:00:00Z,split,RM,1,40,MTR,,W,,RM/1-B\n", "received 100 stock 60 consumed 40"},
      {"2026-02-02T00:00:00Z,count,RM,1,10,KGM,,W,,\n", "unknown"},
  };
  for (const auto& [rows, expected] : cases) {
    CAPTURE(rows);
    CHECK(figures(Plant(submissions_of(with_moves(rows))).balance("RM/1")) == expected);
  }
}

TEST_CASE("inventory: dispositions and holds are carried by quantity") {
  const std::string status = "at,item,lot,quantity,uom,location,status,hold\n";
  struct Case {
    const char* rows;
    Lines stock;
  };
  const Case cases[] = {
      {"", {"FG/1 L pending 40 EA", "FG/1 W pending 60 EA"}},
      {"2026-02-03T00:00:00Z,FG,1,,,,released,\n", {"FG/1 L released 40 EA", "FG/1 W released 60 EA"}},
      {"2026-02-03T00:00:00Z,FG,1,,,W,released,\n", {"FG/1 L pending 40 EA", "FG/1 W released 60 EA"}},
      {"2026-02-03T00:00:00Z,FG,1,10,EA,W,rejected,\n",
       {"FG/1 L pending 40 EA", "FG/1 W pending 50 EA", "FG/1 W rejected 10 EA"}},
      {"2026-02-03T00:00:00Z,FG,1,,,,held,H1\n",
       {"FG/1 L pending 40 EA held by H1", "FG/1 W pending 60 EA held by H1"}},
      {"2026-02-03T00:00:00Z,FG,1,,,W,held,H1\n", {"FG/1 L pending 40 EA", "FG/1 W pending 60 EA held by H1"}},
      {"2026-02-03T00:00:00Z,FG,1,45,EA,,held,H1\n",
       {"FG/1 L pending 40 EA held by H1", "FG/1 W pending 55 EA", "FG/1 W pending 5 EA held by H1"}},
      {"2026-02-03T00:00:00Z,FG,1,5,EA,W,held,H1\n2026-02-04T00:00:00Z,FG,1,,,,held,H2\n",
       {"FG/1 L pending 40 EA held by H2", "FG/1 W pending 5 EA held by H1 held by H2",
        "FG/1 W pending 55 EA held by H2"}},
      {"2026-02-03T00:00:00Z,FG,1,,,,held,H1\n2026-02-04T00:00:00Z,FG,1,,,,lifted,H1\n",
       {"FG/1 L pending 40 EA", "FG/1 W pending 60 EA"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.rows);
    std::vector<File> files{
        k_items,
        k_locations,
        {plain::Kind::production, "at,order,item,lot,quantity,uom,location\n2026-02-01T00:00:00Z,O1,FG,1,100,EA,W\n"},
        {plain::Kind::moves, "at,item,lot,quantity,uom,from,location\n2026-02-02T00:00:00Z,FG,1,40,EA,W,L\n"},
        {plain::Kind::status, status + c.rows}};
    if (std::string_view(c.rows).empty()) files.pop_back();
    auto submissions = submissions_of(files);
    CHECK(Plant(submissions).stock() == c.stock);
    std::ranges::reverse(submissions);
    CHECK(Plant(submissions).stock() == c.stock);
  }
}

TEST_CASE("inventory: pieces known by serial stand in the row of their lot, and each lies where it lies") {
  const std::vector<File> files{
      k_items,
      k_locations,
      {plain::Kind::production,
       "at,order,type,item,lot,serial,serial_to,quantity,uom,location\n"
       "2026-02-01T00:00:00Z,O1,output,FG,1,S01,S10,,,W\n"
       "2026-02-01T00:00:00Z,O1,scrap,FG,1,,,2,EA,W\n"},
      {plain::Kind::moves,
       "at,type,item,serial,serial_to,quantity,uom,location,container\n"
       "2026-02-02T00:00:00Z,move,FG,S01,S03,,,L,\n"
       "2026-02-03T00:00:00Z,scrap,FG,S04,,,,W,\n"
       "2026-02-03T00:00:00Z,sample,FG,S05,,,,W,\n"
       "2026-02-03T00:00:00Z,count,FG,S06,,0,EA,W,\n"
       "2026-02-03T00:00:00Z,pack,FG,S07,S08,,,,(00)340123451111111111\n"},
      {plain::Kind::shipments, "at,unit,consignee\n2026-02-04T00:00:00Z,(00)340123451111111111,C-1\n"},
      {plain::Kind::returns, "at,item,serial,customer,location\n2026-02-05T00:00:00Z,FG,S08,C-1,W\n"},
      {plain::Kind::status,
       "at,item,lot,serial,status,hold\n2026-02-02T00:00:00Z,FG,1,,released,\n2026-02-06T00:00:00Z,FG,,S09,held,H1\n"}};
  const Lines expected{"FG/1 L released 3 EA", "FG/1 W pending 1 EA", "FG/1 W released 1 EA",
                       "FG/1 W released 1 EA held by H1"};
  auto submissions = submissions_of(files);
  Plant plant(submissions);
  CHECK(plant.stock() == expected);
  CHECK(figures(plant.balance("FG/1")) ==
        "produced 12 returned 1 adjusted -1 stock 3 wip 3 scrapped 3 shipped 2 sampled 1");
  std::ranges::reverse(submissions);
  CHECK(Plant(submissions).stock() == expected);
}

TEST_CASE("inventory: first expired first out, and a supplier's lot is the lots of ours that it came in as") {
  const std::vector<File> files{k_items,
                                {plain::Kind::receipts,
                                 "at,item,lot,quantity,uom,location,supplier,supplier_lot,expires_on,owner\n"
                                 "2026-02-01T00:00:00Z,RM,1,10,MTR,W,S-1,X,2027-01-00,\n"
                                 "2026-02-01T00:00:00Z,RM,2,10,MTR,W,S-1,X,2026-05-31,\n"
                                 "2026-02-01T00:00:00Z,RM,3,10,MTR,W,S-2,X,,S-2\n"}};
  Plant plant(submissions_of(files));
  CHECK(plant.stock() ==
        Lines{"RM/2 W not asserted 10 MTR expired", "RM/1 W not asserted 10 MTR", "RM/3 W not asserted 10 MTR of S-2"});
  CHECK(figures(plant.balance("S-1:RM/X")) == "received 20 stock 20");
  CHECK(figures(plant.balance("S-2:RM/X")) == "received 10 stock 10");
}

TEST_CASE("inventory: as of a time, and as known then") {
  auto submissions =
      submissions_of(with_moves("2026-02-03T00:00:00Z,move,RM,1,30,MTR,W,L,,\n"
                                "2026-02-02T00:00:00Z,count,RM,1,90,MTR,,W,,\n"));
  Plant plant(submissions);
  TimeFilter before;
  before.as_of = parse_instant("2026-02-02T12:00:00Z")->at;
  CHECK(plant.stock(before) == Lines{"RM/1 W not asserted 90 MTR"});
  TimeFilter known;
  known.known_at = submissions.size() - 2;
  CHECK(plant.stock(known) == Lines{"RM/1 L not asserted 30 MTR", "RM/1 W not asserted 70 MTR"});
}

TEST_CASE("inventory: any order of the rows gives the same stock") {
  const std::vector<File> files{
      k_items,
      k_units,
      k_locations,
      {plain::Kind::receipts,
       "at,item,lot,quantity,uom,location,owner\n2026-02-01T00:00:00Z,RM,1,2,ROLL,W,\n"
       "2026-02-01T00:00:00Z,RM,2,7,MTR,W,S-1\n"},
      {plain::Kind::consumption,
       "at,order,item,lot,quantity,uom,location,basis\n2026-02-03T00:00:00Z,O1,RM,1,12,MTR,L,backflushed\n"
       "2026-02-03T00:00:00Z,O1,RM,2,1,MTR,W,scanned\n"},
      {plain::Kind::production,
       "at,order,item,lot,quantity,uom,location,type\n2026-02-03T00:00:00Z,O1,FG,1,50,EA,W,output\n"
       "2026-02-03T00:00:00Z,O1,FG,1,2,EA,W,scrap\n"},
      {plain::Kind::moves,
       "at,type,item,lot,quantity,uom,from,location,owner,into\n2026-02-02T00:00:00Z,issue,RM,1,20,MTR,W,L,,\n"
       "2026-02-04T00:00:00Z,count,RM,1,7.5,MTR,,L,,\n2026-02-04T00:00:00Z,owner,RM,2,2,MTR,,W,,\n"
       "2026-02-05T00:00:00Z,merge,RM,2,3,MTR,,W,,RM/9\n2026-02-05T00:00:00Z,merge,RM,1,3,MTR,,W,,RM/9\n"},
      {plain::Kind::shipments, "at,item,lot,quantity,uom,location,consignee\n2026-02-06T00:00:00Z,FG,1,20,EA,W,C-1\n"},
      {plain::Kind::returns, "at,item,lot,quantity,uom,location\n2026-02-07T00:00:00Z,FG,1,4,EA,W\n"},
      {plain::Kind::status,
       "at,item,lot,quantity,uom,status,hold\n2026-02-05T00:00:00Z,FG,1,,,released,\n"
       "2026-02-08T00:00:00Z,FG,1,3,EA,held,H1\n2026-02-09T00:00:00Z,FG,1,1,EA,rejected,\n"}};
  const auto in_order = submissions_of(files);
  const Lines expected = Plant(in_order).stock();
  CHECK(expected == Lines{"FG/1 W pending 3 EA", "FG/1 W released 27 EA", "FG/1 W released 3 EA held by H1",
                          "FG/1 W rejected 1 EA", "RM/1 L not asserted 7.5 MTR", "RM/1 W not asserted 77 MTR",
                          "RM/2 W not asserted 3 MTR of S-1", "RM/9 W not asserted 5 MTR",
                          "RM/9 W not asserted 1 MTR of S-1"});
  rc::check("stock does not depend on the order of the rows", [&] {
    auto shuffled = in_order;
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    RC_ASSERT(Plant(shuffled).stock() == expected);
  });
}

namespace {

/// Stock on consignment: RM/1 is a supplier's, RM/3 another one's, RM/2 ours.
std::vector<File> with_consignment(std::string_view moves) {
  return {k_items,
          k_units,
          k_locations,
          {plain::Kind::receipts,
           "at,item,lot,serial,quantity,uom,location,owner\n2026-02-01T00:00:00Z,RM,1,,100,MTR,W,S-1\n"
           "2026-02-01T00:00:00Z,RM,2,,50,MTR,W,\n2026-02-01T00:00:00Z,RM,3,,30,MTR,W,S-2\n"
           "2026-02-01T00:00:00Z,FG,,A,,,W,S-1\n"},
          {plain::Kind::moves, "at,type,item,lot,serial,quantity,uom,location,owner,into\n" + std::string(moves)}};
}

struct OwnerCase {
  const char* name;
  const char* moves;
  Lines stock;  ///< Of what was made of RM/1 to RM/3 and FG#A, and of RM/1.
};

Lines without(Lines lines, std::string_view of) {
  std::erase_if(lines, [of](const std::string& line) { return line.starts_with(of); });
  return lines;
}

const Lines k_other_stock{"FG/* W pending 1 EA of S-1", "RM/2 W not asserted 50 MTR",
                          "RM/3 W not asserted 30 MTR of S-2"};

Lines beside_other_stock(const Lines& lines) {
  Lines rest;
  std::ranges::copy_if(lines, std::back_inserter(rest), [](const std::string& line) {
    return std::ranges::find(k_other_stock, line) == k_other_stock.end();
  });
  return rest;
}

}  // namespace

TEST_CASE("inventory: what is split, merged or relabelled stays the property of whoever owned it") {
  const OwnerCase cases[] = {
      {"a split",
       "2026-02-02T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n",
       {"RM/1 W not asserted 60 MTR of S-1", "RM/1-B W not asserted 40 MTR of S-1"}},
      {"a split of a split, at one instant",
       "2026-02-02T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n2026-02-02T00:00:00Z,split,RM,1-B,,10,MTR,W,,RM/1-C\n",
       {"RM/1 W not asserted 60 MTR of S-1", "RM/1-B W not asserted 30 MTR of S-1",
        "RM/1-C W not asserted 10 MTR of S-1"}},
      {"a split that is merged back",
       "2026-02-02T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n2026-02-03T00:00:00Z,merge,RM,1-B,,40,MTR,W,,RM/1\n",
       {"RM/1 W not asserted 100 MTR of S-1"}},
      {"bought before the split",
       "2026-02-02T00:00:00Z,owner,RM,1,,,,W,,\n2026-02-03T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n",
       {"RM/1 W not asserted 60 MTR", "RM/1-B W not asserted 40 MTR"}},
      {"bought after the split",
       "2026-02-02T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n2026-02-03T00:00:00Z,owner,RM,1,,,,W,,\n",
       {"RM/1 W not asserted 60 MTR", "RM/1-B W not asserted 40 MTR of S-1"}},
      {"bought in part: ours goes first, and both parts are told apart",
       "2026-02-02T00:00:00Z,owner,RM,1,,30,MTR,W,,\n2026-02-03T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n",
       {"RM/1 W not asserted 60 MTR of S-1", "RM/1-B W not asserted 30 MTR", "RM/1-B W not asserted 10 MTR of S-1"}},
      {"sold, and split",
       "2026-02-02T00:00:00Z,owner,RM,1,,,,W,S-9,\n2026-02-03T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n",
       {"RM/1 W not asserted 60 MTR of S-9", "RM/1-B W not asserted 40 MTR of S-9"}},
      {"another unit of measure",
       "2026-02-02T00:00:00Z,split,RM,1,,1,ROLL,W,,RM/1-B\n",
       {"RM/1 W not asserted 50 MTR of S-1", "RM/1-B W not asserted 50 MTR of S-1"}},
  };
  for (const OwnerCase& c : cases) {
    CAPTURE(c.name);
    auto submissions = submissions_of(with_consignment(c.moves));
    CHECK(beside_other_stock(Plant(submissions).stock()) == c.stock);
    std::ranges::reverse(submissions);
    CHECK(beside_other_stock(Plant(submissions).stock()) == c.stock);
  }
}

TEST_CASE("inventory: a merge of several owners' stock keeps each part, and a relabelled piece its owner") {
  const Lines stock = Plant(submissions_of(with_consignment("2026-02-02T00:00:00Z,merge,RM,1,,40,MTR,W,,RM/9\n"
                                                            "2026-02-02T00:00:00Z,merge,RM,2,,5,MTR,W,,RM/9\n"
                                                            "2026-02-02T00:00:00Z,merge,RM,3,,1,MTR,W,,RM/9\n"
                                                            "2026-02-02T00:00:00Z,relabel,FG,,A,,,W,,FG#B\n")))
                          .stock();
  CHECK(without(stock, "RM/1") == Lines{"FG/* W pending 1 EA of S-1", "RM/2 W not asserted 45 MTR",
                                        "RM/3 W not asserted 29 MTR of S-2", "RM/9 W not asserted 5 MTR",
                                        "RM/9 W not asserted 40 MTR of S-1", "RM/9 W not asserted 1 MTR of S-2"});
}

TEST_CASE("inventory: what one step mixes of several owners is told apart only where the amounts say how") {
  struct Row {
    const char* name;
    std::int64_t output;
    Lines stock;
  };
  const Row rows[] = {
      {"as much came out", 45, {"RM/9 W not asserted 5 MTR", "RM/9 W not asserted 40 MTR of S-1"}},
      {"less came out", 44, {"RM/9 W not asserted 44 MTR of unknown"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    auto submissions = submissions_of(with_consignment("2026-02-02T00:00:00Z,merge,RM,1,,40,MTR,W,,RM/9\n"));
    auto& area = std::get<engine::ProductionEvent>(submissions.back().body.events.front().body);
    auto& step = std::get<engine::UnitsTransformed>(area);
    step.inputs.push_back({unit("RM/2"), Quantity{5, 0, *UnitCode::parse("MTR")}});
    step.outputs.front().quantity = Quantity{row.output, 0, *UnitCode::parse("MTR")};
    const Lines stock = Plant(submissions).stock();
    CHECK(without(without(without(without(stock, "RM/1"), "RM/2"), "RM/3"), "FG") == row.stock);
  }
}

TEST_CASE("inventory: steps of one instant in a circle leave the owner unknown") {
  const auto files = with_consignment(
      "2026-02-02T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n"
      "2026-02-02T00:00:00Z,merge,RM,1-B,,30,MTR,W,,RM/1\n");
  CHECK(beside_other_stock(Plant(submissions_of(files)).stock()) ==
        Lines{"RM/1 W not asserted 90 MTR of S-1", "RM/1-B W not asserted 10 MTR of unknown"});
}

TEST_CASE("inventory: the owner of a split as of a time and as known then, in any order of the rows") {
  const auto submissions =
      submissions_of(with_consignment("2026-02-03T00:00:00Z,split,RM,1,,40,MTR,W,,RM/1-B\n"
                                      "2026-02-04T00:00:00Z,split,RM,1-B,,15,MTR,W,,RM/1-C\n"
                                      "2026-02-05T00:00:00Z,merge,RM,1-C,,5,MTR,W,,RM/2\n"
                                      "2026-02-06T00:00:00Z,owner,RM,1-B,,,,W,,\n"
                                      "2026-02-02T00:00:00Z,owner,RM,1,,,,W,S-9,\n"));
  Plant plant(submissions);
  TimeFilter before;
  before.as_of = parse_instant("2026-02-03T12:00:00Z")->at;
  CHECK(beside_other_stock(plant.stock(before)) ==
        Lines{"RM/1 W not asserted 60 MTR of S-9", "RM/1-B W not asserted 40 MTR of S-9"});
  TimeFilter known;
  known.known_at = submissions.size() - 2;  // All but the last row, which was told last and happened first.
  CHECK(beside_other_stock(plant.stock(known)) ==
        Lines{"RM/1 W not asserted 60 MTR of S-1", "RM/1-B W not asserted 25 MTR",
              "RM/1-C W not asserted 10 MTR of S-1", "RM/2 W not asserted 5 MTR of S-1"});
  const Lines expected = plant.stock();
  CHECK(beside_other_stock(expected) == Lines{"RM/1 W not asserted 60 MTR of S-9", "RM/1-B W not asserted 25 MTR",
                                              "RM/1-C W not asserted 10 MTR of S-9",
                                              "RM/2 W not asserted 5 MTR of S-9"});
  rc::check("owners do not depend on the order of the rows", [&] {
    auto shuffled = submissions;
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    RC_ASSERT(Plant(shuffled).stock() == expected);
  });
}

}  // namespace lotledger::tests
