// tests/fuzz/unit_reference.cc - any text as the name of a unit: what is read must read back as the same unit.
#include "engine/base/unit_key.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lotledger;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto unit = parse_unit(text)) {
    const auto again = parse_unit(unit->key.ref());
    if (!again.has_value() || again->key != unit->key) std::abort();
  }
  static_cast<void>(parse_unit_uri(text));
  return 0;
}
