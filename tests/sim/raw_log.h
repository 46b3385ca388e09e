// tests/sim/raw_log.h - a second reader of the log's files, written from docs/data_format.md alone: shares nothing with
// engine/log but SHA-256.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "tests/support/sim_disk.h"

#include <string>
#include <vector>

namespace lotledger::tests {

struct RawRecord {
  Seq seq = 0;
  Digest previous;
  Digest leaf;  ///< As computed here.
  Digest body_hash;
  Instant recorded_at;
  std::string file;
  std::size_t frame = 0;  ///< Offset of its group in the file.
  std::size_t begin = 0;  ///< Of its slot.
  std::size_t end = 0;
};

/// SHA-256(00 || header).
[[nodiscard]] Digest raw_leaf(Bytes header);

struct RawLog {
  std::vector<RawRecord> records;
  std::string fault;  ///< The first thing that is not as the format says; empty: none.
};

/// Reads every segment of `folder`, as the files stand in `disk`.
[[nodiscard]] RawLog read_raw_log(const SimDisk& disk, const std::string& folder);

}  // namespace lotledger::tests
