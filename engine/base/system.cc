// engine/base/system.cc - the two seams to this machine: its clock and its randomness.
#include "engine/base/assert.h"
#include "engine/base/random.h"
#include "engine/base/time.h"

#include <sys/random.h>
#include <cerrno>
#include <chrono>

namespace lotledger {

Instant SystemClock::now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

namespace {
/// Number of bytes filled, which may be 0 after a signal.
std::size_t fill_some(MutableBytes to) {
  const ssize_t got = getrandom(to.data(), to.size(), 0);
  if (got < 0 && errno == EINTR) return 0;
  LL_ASSERT(got > 0, "the kernel gives no random bytes");
  return static_cast<std::size_t>(got);
}
}  // namespace

void SystemRandom::fill(MutableBytes to) {
  while (!to.empty()) to = to.subspan(fill_some(to));
}

}  // namespace lotledger
