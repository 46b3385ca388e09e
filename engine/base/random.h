// engine/base/random.h - the randomness seam: ledger ids, writer ids, nonces. Deciding and folding never ask it.
#pragma once

#include "engine/base/bytes.h"

namespace lotledger {

class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;
  /// Fills `to` with unpredictable bytes.
  virtual void fill(MutableBytes to) = 0;
};

/// The kernel's generator (getrandom). Ends the process when that fails, which Linux does not let happen after boot.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes to) override;
};

}  // namespace lotledger
