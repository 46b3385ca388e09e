// cli/json_document.h - a JSON answer printed as it comes: what pretty() would say of the whole, and the whole is never
// in memory. An answer may have millions of elements.
#pragma once

#include "cli/json.h"

#include <iosfwd>
#include <string_view>

namespace lotledger::cli {

/// One JSON object. Names of members are not looked at: the caller gives each once.
class JsonDocument {
 public:
  /// `out` must outlive it.
  explicit JsonDocument(std::ostream& out) : out_(out) {}
  /// Adds all members of an object; null has none.
  void add_members(const Json& object);
  void add(std::string_view name, const Json& value);
  /// A member that is a list: elements are added until end_list(). Lists do not nest.
  void begin_list(std::string_view name);
  void add_element(const Json& element);
  void end_list();
  /// Call once: without it, what was printed is no JSON, as it should be of an answer that broke off.
  void finish();

 private:
  void begin_member(std::string_view name);
  void print(const Json& value, unsigned depth);

  std::ostream& out_;
  bool any_member_ = false;
  bool any_element_ = false;
};

}  // namespace lotledger::cli
