// cli/demo/random.h - pseudo-random numbers that are the same on every machine: SplitMix64 seeds xoshiro256**.
// The distributions of the standard library are not used, because each library draws them in its own way.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace lotledger::cli::demo {

class DemoRandom {
 public:
  explicit DemoRandom(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9E3779B97F4A7C15ULL;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
      word = mixed ^ (mixed >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// A number in [0, bound); `bound` > 0. Its bias of bound / 2^32 does not matter to a demonstration.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }
  bool one_in(std::uint32_t bound) { return below(bound) == 0; }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace lotledger::cli::demo
