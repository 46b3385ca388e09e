// URNs of our own: whatever a plant calls its units comes back as the same key.
#include "engine/base/unit_urn.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace lotledger::tests {
namespace {

UnitKey key_of(std::string_view text) {
  return parse_unit(text).value().key;
}

TEST_CASE("unit urn: each kind of unit has one") {
  struct Row {
    std::string_view ref;
    std::string_view urn;
  };
  const Row rows[] = {
      {"RM-TI64/2026-0417", "urn:lotledger:lot::RM-TI64:2026-0417"},
      {"SUP-A:SEAL/L 1", "urn:lotledger:lot:SUP-A:SEAL:L%201"},
      {"STEM#0007", "urn:lotledger:serial::STEM:0007"},
      {"TI-64/*", "urn:lotledger:class::TI-64"},
      {"批/次:1", "urn:lotledger:lot::%E6%89%B9:%E6%AC%A1%3A1"},
      {"<vocabulary/thing>", "urn:lotledger:opaque:vocabulary%2Fthing"},
      {"04012345111118/L1", "https://id.gs1.org/01/04012345111118/10/L1"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.ref);
    CHECK(unit_urn(key_of(row.ref)) == row.urn);
    CHECK(parse_unit_uri(row.urn).value().key == key_of(row.ref));
    CHECK(parse_unit(row.urn).value().original == row.urn);
  }
}

TEST_CASE("unit urn: a serial names its lot") {
  const std::string urn = unit_urn(key_of("STEM#0007"), key_of("STEM/L:9"));
  CHECK(urn == "urn:lotledger:serial::STEM:0007:L%3A9");
  const UnitRef unit = parse_unit_uri(urn).value();
  CHECK(unit.key == key_of("STEM#0007"));
  CHECK(unit.lot == key_of("STEM/L:9"));
  CHECK_MESSAGE(unit_urn(key_of("STEM#0007"), key_of("OTHER/L9")) == "urn:lotledger:serial::STEM:0007",
                "the lot of another item cannot be written");
}

TEST_CASE("unit urn: what is not well-formed is an opaque unit") {
  for (const std::string_view text :
       {"urn:lotledger:", "urn:lotledger:lot", "urn:lotledger:lot::A", "urn:lotledger:lot::A:B:C",
        "urn:lotledger:lot:::B", "urn:lotledger:lot::A:", "urn:lotledger:lot::A:%4", "urn:lotledger:lot::A:%zz",
        "urn:lotledger:lot::A:%0A", "urn:lotledger:serial::A:B:", "urn:lotledger:serial::A:B:C:D",
        "urn:lotledger:serial::A:B:C:D:E:F", "urn:lotledger:opaque:", "urn:lotledger:opaque:a:b",
        "urn:lotledger:thing:a", "urn:lotledger:process:a"}) {
    CAPTURE(text);
    CHECK_FALSE(read_unit_urn(text).has_value());
    CHECK(parse_unit_uri(text).value().key.bytes() == "u" + std::string(text));
  }
}

TEST_CASE("unit urn: codes of processes and documents") {
  CHECK(urn_of_text(k_urn_process, "WO-1/2") == "urn:lotledger:process:WO-1%2F2");
  CHECK(text_of_urn(k_urn_process, "urn:lotledger:process:WO-1%2F2") == "WO-1/2");
  CHECK(text_of_urn(k_urn_process, "urn:lotledger:document:WO-1") == std::nullopt);
  CHECK(text_of_urn(k_urn_process, "WO-1") == std::nullopt);
}

std::string any_field() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::suchThat(
      rc::gen::arbitrary<char>(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; })));
}

TEST_CASE("unit urn: every plant's key and every text comes back") {
  CHECK(rc::check("parse(urn(k)) == k", [] {
    const std::string issuer = *rc::gen::arbitrary<bool>() ? "" : any_field();
    const std::string item = any_field();
    const std::string value = any_field();
    const bool serial = *rc::gen::arbitrary<bool>();
    const auto key = plant_unit_key({issuer, item, serial ? "" : value, serial ? value : ""});
    RC_PRE(key.has_value());
    const std::string urn = unit_urn(*key);
    RC_LOG(urn);
    const auto read = parse_unit_uri(urn);
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->key == *key);
    RC_ASSERT(text_of_urn(k_urn_document, urn_of_text(k_urn_document, value)) == value);
    if (!serial) return;
    const auto lot = plant_unit_key({issuer, item, any_field(), {}});
    RC_PRE(lot.has_value());
    // A GS1 key has a link, and its lot stands elsewhere.
    if (urn.starts_with("urn:") && lot->bytes().starts_with('p'))
      RC_ASSERT(parse_unit_uri(unit_urn(*key, *lot)).value().lot == *lot);
  }));
}

}  // namespace
}  // namespace lotledger::tests
