// connectors/mapping/path.h - paths of a mapping, step by step, and names with a star in them. Explained in
// docs/formats/mapping.md.
#pragma once

#include "connectors/base/json_tree.h"

#include <string>
#include <string_view>

namespace lotledger::connectors::mapping {

/// One step of a path. Views into the path.
struct Step {
  std::string_view text;  ///< As written: `item`, `@created`, `"a.b"`.
  std::string_view name;  ///< Without the quotes that keep its points together.
};

/// Takes the first step off `rest`, which is not empty.
[[nodiscard]] Step next_step(std::string_view& rest);

/// Why this is no path, for people; empty when it is one.
[[nodiscard]] std::string path_fault(std::string_view path);

/// Whether the name has at most one `*`.
[[nodiscard]] bool is_name_pattern(std::string_view name);

/// Whether `name` is `pattern`, where one `*` stands for any text.
[[nodiscard]] bool name_fits(std::string_view pattern, std::string_view name);

/// The first member of an object whose name fits; absent where there is none, and where `object` is none.
[[nodiscard]] JsonValue member(const JsonValue& object, std::string_view pattern);

}  // namespace lotledger::connectors::mapping
