// engine/log/verify.h - full verification of a local log: every byte, and what a judge of bodies says of each of them.
// Explained in docs/areas/log.md.
#pragma once

#include "engine/log/local_log.h"

#include <functional>

namespace lotledger::engine {

/// What somebody who knows bodies says of one whose record is intact.
struct BodyVerdict {
  bool readable = true;  ///< False: not for this program.
  std::string damage;    ///< What is wrong with it; empty: nothing.
};

struct VerifyOptions {
  /// Segments are read side by side by so many threads; 1: by the caller's, none other.
  unsigned threads = 1;
  /// Asked of every intact record, from several threads at once; empty: bodies are checked against their hashes only.
  std::function<BodyVerdict(const StoredRecord&)> judge;
  /// Told how many records are verified, segment by segment, on the caller's thread.
  std::function<void(std::uint64_t records)> progress;
};

struct FullVerification {
  /// A body that its judge finds damaged is `first_bad` where the log itself is sound; it has no file then.
  LogVerification log;
  std::uint64_t unreadable = 0;  ///< Records before `first_bad` whose body is not for this program.
};

/// verify_local_log() and a judgement of every body in one reading. Findings do not depend on the number of threads.
[[nodiscard]] Result<FullVerification> verify_log_and_bodies(Disk& disk, const std::string& folder,
                                                             const VerifyOptions& options);

}  // namespace lotledger::engine
