// tests/support/epcis_read.h - reads a whole EPCIS text or file into lists, for tests.
#pragma once

#include "connectors/epcis/document.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace lotledger::tests {

/// All items of one file, sorted by kind but otherwise in file order.
struct EpcisItems {
  std::vector<connectors::epcis::GoodEvent> events;
  std::vector<connectors::epcis::BadItem> bad;
  std::vector<connectors::epcis::MasterDataItem> master_data;

  /// `field: code` of every fault, in order; `!` before those that are not of an event.
  [[nodiscard]] std::vector<std::string> fault_fields() const {
    std::vector<std::string> fields;
    for (const auto& item : bad) {
      const bool of_event = item.kind == connectors::epcis::BadItem::Kind::event;
      for (const auto& fault : item.faults) {
        fields.push_back((of_event ? "" : "!") + fault.field + ": " + std::string(name_of(fault.code)));
      }
    }
    return fields;
  }
};

inline EpcisItems read_all(connectors::epcis::DocumentReader& reader) {
  EpcisItems items;
  while (true) {
    auto next = reader.next();
    REQUIRE_MESSAGE(next.has_value(), (next.has_value() ? std::string() : next.error().message));
    if (!next->has_value()) return items;
    auto& item = **next;
    if (auto* good = std::get_if<connectors::epcis::GoodEvent>(&item)) items.events.push_back(std::move(*good));
    if (auto* bad = std::get_if<connectors::epcis::BadItem>(&item)) items.bad.push_back(std::move(*bad));
    if (auto* data = std::get_if<connectors::epcis::MasterDataItem>(&item))
      items.master_data.push_back(std::move(*data));
  }
}

inline EpcisItems read_file(const std::string& path) {
  auto reader = connectors::epcis::DocumentReader::open(path);
  REQUIRE_MESSAGE(reader.has_value(), path);
  return read_all(**reader);
}

inline EpcisItems read_text(const std::string& text) {
  auto reader = connectors::epcis::DocumentReader::over(connectors::source_over(text), "text");
  REQUIRE_MESSAGE(reader.has_value(), text.substr(0, 200));
  return read_all(**reader);
}

}  // namespace lotledger::tests
