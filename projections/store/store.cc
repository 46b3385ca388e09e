// projections/store/store.cc - what every store can do with its own primitives.
#include "projections/store/store.h"

namespace lotledger::projections {

namespace {
/// The smallest key behind all keys that begin with `prefix`; empty (the end) when there is none.
std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}
}  // namespace

void StoreReader::scan_prefix(std::string_view prefix, const EntryVisitor& visit) const {
  scan(prefix, end_of_prefix(prefix), visit);
}

}  // namespace lotledger::projections
