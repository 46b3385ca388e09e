// tests/search_test.cc - finding things by a scrap of a label.
#include "projections/search.h"

#include "engine/codec/codec.h"
#include "projections/unreadable.h"
#include "tests/support/histories.h"
#include "tests/support/records.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

std::vector<Hit> found_in(engine::LogReader& log, std::string_view text, Seq known_at = k_no_seq) {
  SearchProjection projection;
  const auto store = folded(projection, log);
  return find_text(*store, text, known_at);
}

/// `field text` of each hit, in order.
std::vector<std::string> words(const std::vector<Hit>& hits) {
  std::vector<std::string> found;
  for (const Hit& hit : hits) found.push_back(hit.field + " " + hit.text);
  return found;
}

engine::AreaEvent received(std::vector<std::string_view> texts) {
  engine::UnitsReceived event;
  for (const std::string_view text : texts) event.units.push_back(amount(text));
  return engine::WarehouseEvent{std::move(event)};
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("search: each kind of unit is found by the text on its label") {
  struct Row {
    std::string_view unit_text;
    std::string_view wanted;
    std::string_view field;
    HitKind kind;
    std::string_view key_text;
  };
  const Row rows[] = {
      {"TI-64/H-2201", "h-2201", "lot", HitKind::unit, "TI-64/H-2201"},
      {"TI-64/H-2201", "ti-64", "item", HitKind::unit, "TI-64/*"},
      {"ACME:TI-64/H-2201", "H-2201", "lot", HitKind::unit, "ACME:TI-64/H-2201"},
      {"STEM#0007", "0007", "serial", HitKind::unit, "STEM#0007"},
      {"(01)04012345111118(10)L1", "l1", "lot", HitKind::unit, "04012345111118/L1"},
      {"(01)04012345111118(10)L1", "04012345111118", "item", HitKind::unit, "(01)04012345111118"},
      {"(01)04012345111118(10)L1(21)9876", "9876", "serial", HitKind::unit, "04012345111118#9876"},
      {"(01)04012345111118(10)L1(21)9876", "L1", "lot", HitKind::unit, "04012345111118/L1"},
      {"(01)04012345111118", "04012345111118", "item", HitKind::unit, "(01)04012345111118"},
      {"(00)340123451111111111", "340123451111111111", "container", HitKind::unit, "(00)340123451111111111"},
      {"(8004)4012345ABC345", "4012345abc345", "serial", HitKind::unit, "(8004)4012345ABC345"},
      {"(414)4012345000054", "4012345000054", "location", HitKind::party, "(414)4012345000054"},
      {"urn:plant:thing", "urn:plant:thing", "opaque", HitKind::unit, "urn:plant:thing"},
      {"批号/甲2026", "甲2026", "lot", HitKind::unit, "批号/甲2026"},
      {"批号/甲2026", "批号", "item", HitKind::unit, "批号/*"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.unit_text);
    CAPTURE(row.wanted);
    VectorLog log;
    append(log, body_with(received({"X/other"}), {}));
    const Seq seq = append(log, body_with(received({row.unit_text})));
    const auto hits = found_in(log, row.wanted);
    REQUIRE_FALSE(hits.empty());
    CHECK(hits[0].field == row.field);
    CHECK(hits[0].kind == row.kind);
    CHECK(hits[0].key == unit(row.key_text).key);
    CHECK(hits[0].first == EventPosition{seq, 0});
  }
}

TEST_CASE("search: documents, parties, processes and event ids are found") {
  VectorLog log;
  Context context;
  context.documents = {{"po", "PO-4711"}, {"", "LETTER-1"}};
  context.read_point = unit("(414)4012345000054").key;
  context.destinations.push_back({"owning_party", unit("(417)4000001000005").key, {}});
  append(
      log,
      fact("ni:///sha-256;abc", minute(0), {engine::OrderEvent{engine::UnitsShipped{{amount("A/1")}}}}, context).body);
  engine::PartyRecorded party;
  party.key = unit("(417)4000001000005").key;
  party.names = {{"zh", "深圳市第一人民医院"}, {"en", "First Hospital"}};
  append(log, body_with(engine::PartyEvent{party}));
  append(log, body_with(engine::ProductionEvent{
                  engine::UnitsTransformed{"WO-99", {amount("A/1")}, {}, engine::Flow::mixed, {}}}));

  CHECK(words(found_in(log, "4711")) == Words{"po PO-4711"});
  CHECK(words(found_in(log, "letter-1")) == Words{"document LETTER-1"});
  CHECK(words(found_in(log, "SHA-256;ABC")) == Words{"event id ni:///sha-256;abc"});
  CHECK(words(found_in(log, "4012345000054")) == Words{"location 4012345000054"});
  CHECK(words(found_in(log, "4000001000005")) == Words{"party 4000001000005"});
  CHECK(words(found_in(log, "人民")) == Words{"name 深圳市第一人民医院"});
  CHECK(words(found_in(log, "first hosp")) == Words{"name First Hospital"});
  CHECK(words(found_in(log, "wo-99")) == Words{"process WO-99"});
  CHECK(found_in(log, "First Hospital").front().key == party.key);
  CHECK(found_in(log, "no such text").empty());
  CHECK(found_in(log, "").empty());
}

TEST_CASE("search: exact matches first, then beginnings, then the rest") {
  VectorLog log;
  append(log, body_with(received({"A/aL1", "A/L12", "A/L1", "B/l1", "A/L2", "A/l1x"})));
  CHECK(words(found_in(log, "L1")) == Words{"lot L1", "lot l1", "lot L12", "lot l1x", "lot aL1"});
}

TEST_CASE("search: the first mention stands, whatever comes later, and every bearer of a text is listed") {
  VectorLog log;
  append(log, body_with(received({"A/L1"})));
  append(log, body_with(received({"A/L1", "B/L1", "A/l1"})));
  append(log, body_with(received({"A/L1"})));
  const auto hits = found_in(log, "L1");
  REQUIRE(hits.size() == 3);
  std::set<std::pair<std::string, Seq>> found;
  for (const Hit& hit : hits) found.emplace(hit.key.ref(), hit.first.seq);
  CHECK(found == std::set<std::pair<std::string, Seq>>{{"A/L1", 0}, {"A/l1", 1}, {"B/L1", 1}});
  CHECK(found_in(log, "L1", 0).size() == 1);
}

TEST_CASE("search: documents that differ in case or type only are different ones") {
  VectorLog log;
  Context context;
  context.documents = {{"po", "PO-1"}, {"po", "po-1"}, {"desadv", "PO-1"}, {"po", "PO-1"}};
  append(log, fact("e", minute(0), {received({"A/1"})}, context).body);
  auto found = words(found_in(log, "po-1"));
  std::ranges::sort(found);
  CHECK(found == Words{"desadv PO-1", "po PO-1", "po po-1"});
}

TEST_CASE("search: texts with zero bytes, and texts longer than any key, are kept apart and found") {
  VectorLog log;
  Context context;
  const std::string longer(70'000, 'z');
  context.documents = {{"po", std::string("a\0b", 3)}, {"po", "a"}, {"po", longer + "1"}, {"po", longer + "2"}};
  append(log, fact("e", minute(0), {received({"A/1"})}, context).body);
  CHECK(found_in(log, std::string_view("a\0b", 3)).size() == 1);
  CHECK(found_in(log, longer).size() == 2);
  CHECK(found_in(log, longer + "2").size() == 1);
}

TEST_CASE("search: names and codes made to look like parts of a key do not hide one another") {
  using namespace std::string_literals;
  VectorLog log;
  const std::pair<std::string, std::string> parties[] = {{"n", "uP\0\3name\0uQ"s}, {"n\0\3name\0uP"s, "uQ"}};
  for (const auto& [name, key] : parties) {
    engine::PartyRecorded party;
    party.key = UnitKey(key);
    party.names.push_back({"", name});
    append(log, body_with(engine::PartyEvent{party}));
  }
  const auto hits = found_in(log, "n");
  CHECK(std::ranges::count_if(hits, [](const Hit& hit) { return hit.field == "name"; }) == 2);
}

TEST_CASE("search: records that cannot be read are counted") {
  VectorLog log;
  const Seq seq = append_unreadable(log);
  SearchProjection projection;
  const auto store = folded(projection, log);
  CHECK(unreadable_records(*store) == std::vector<Seq>{seq});
}

TEST_CASE("search: every lot and serial is found by every piece of its text, from its first mention on") {
  CHECK(rc::check("pieces of texts", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    RC_PRE(!log->records.empty());
    SearchProjection projection;
    const auto store = folded(projection, *log);
    const Seq target = *rc::gen::inRange<Seq>(0, log->records.size());
    LogPrefix prefix(*log, target);
    const auto earlier = folded(projection, prefix);
    for (const std::string& text : history_units()) {
      const UnitKey key = unit(text).key;
      const std::string label(key.lot().empty() ? key.serial() : key.lot());
      if (label.empty()) continue;
      const auto begin = *rc::gen::inRange<std::size_t>(0, label.size());
      const auto size = *rc::gen::inRange<std::size_t>(1, label.size() - begin + 1);
      const std::string piece = label.substr(begin, size);
      const auto now = find_text(*store, piece);
      const auto mentioned = [&](const engine::StoredRecord& record) {
        return body_to_fold(record) != nullptr &&
               text_of(record.body()).find(key.bytes() + '\0') != std::string_view::npos;
      };
      const bool expected = std::ranges::any_of(log->records, mentioned);
      RC_ASSERT(std::ranges::any_of(now, [&](const Hit& hit) { return hit.key == key; }) == expected);
      const auto then = find_text(*earlier, piece);
      const auto known = find_text(*store, piece, target);
      RC_ASSERT(words(then) == words(known));
    }
  }));
}
