// connectors/epcis/json_text.h - objects and lists of JSON as text, and units as URIs in them.
#pragma once

#include "connectors/base/json_tree.h"
#include "engine/base/unit_key.h"

#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// Members of a JSON object, in the order in which they are added. Empty values are left out.
class Members {
 public:
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) json(name, json_string(value));
  }
  /// `value` is JSON; empty: nothing.
  void json(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    if (!inside_.empty()) inside_ += ',';
    inside_ += json_string(name) + ":" + value;
  }
  [[nodiscard]] std::string object() const { return "{" + inside_ + "}"; }
  [[nodiscard]] bool empty() const { return inside_.empty(); }

 private:
  std::string inside_;
};

/// The items as `write` writes them, in a list; empty for no items.
template <typename Items, typename Write>
std::string list_of(const Items& items, const Write& write) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "[" : ",") + write(item);
  return text.empty() ? text : text + "]";
}

/// A URI that is read back as `key`: the writing as it came where it is one, else a link or a URN of ours.
[[nodiscard]] std::string uri_of_key(const UnitKey& key, const std::string& original);
/// The same of a unit, with the lot that it says it belongs to as far as a URI can say that.
[[nodiscard]] std::string uri_of(const UnitRef& unit);

}  // namespace lotledger::connectors::epcis
