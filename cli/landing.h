// cli/landing.h - source files are stored before anything is read from them: DIR/landed/<SHA-256>, never changed again.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/log/disk.h"

#include <string>

namespace lotledger::cli {

struct Landed {
  Digest hash;          ///< SHA-256 of the bytes.
  std::string path;     ///< The landed copy.
  bool mended = false;  ///< A damaged copy stood there and was replaced.
};

/// SHA-256 of a file's bytes. not_found or io with the path.
[[nodiscard]] Result<Digest> hash_of_file(engine::Disk& disk, const std::string& path);

/// Copies `file` into `folder` under its hash, durably, unless it is there already. A copy that is there and has
/// another hash is damaged: it is replaced. not_found or io with the path; invalid_input when it is no regular file, or
/// changes meanwhile.
[[nodiscard]] Result<Landed> land_file(const std::string& folder, const std::string& file);

}  // namespace lotledger::cli
