// cli/landing.h - source files are stored before anything is read from them: DIR/landed/<SHA-256>, never changed again.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/result.h"

#include <string>

namespace lotledger::cli {

struct Landed {
  Digest hash;       ///< SHA-256 of the bytes.
  std::string path;  ///< The landed copy.
};

/// Copies `file` into `folder` under its hash, durably, unless it is there already. not_found or io with the path.
[[nodiscard]] Result<Landed> land_file(const std::string& folder, const std::string& file);

}  // namespace lotledger::cli
