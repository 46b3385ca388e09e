// engine/base/assert.h - stops the process when the code itself is wrong, in every build. Never used on input.
#pragma once

namespace lotledger {
[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);
}  // namespace lotledger

#define LL_ASSERT(condition, why)                                           \
  do {                                                                      \
    if (!(condition)) [[unlikely]] {                                        \
      ::lotledger::assertion_failed(#condition, (why), __FILE__, __LINE__); \
    }                                                                       \
  } while (false)
