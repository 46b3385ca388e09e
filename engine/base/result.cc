// engine/base/result.cc - names of error codes; the end of a process that found itself wrong.
#include "engine/base/result.h"

#include "engine/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace lotledger {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found: return "not found";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::io: return "input/output error";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::invalid_input: return "invalid input";
  }
  return "unknown error";
}

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "lotledger: internal error at %s:%d: %s (%s)\n", file, line, why, condition);
  std::abort();
}

}  // namespace lotledger
