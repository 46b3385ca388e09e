// tests/support/outside.h - access to input files that other people wrote (../shared/data of the build machine). A
// clone has none: such tests then say that they skip, unless CI=true, which makes a missing folder a failure.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace lotledger::tests {
/// Folder of outside data, or empty after saying that the calling test case skips.
inline std::string outside(const std::string& folder) {
  const std::string path = std::string(LOTLEDGER_OUTSIDE_DIR) + "/" + folder;
  if (std::filesystem::is_directory(path)) return path;
  const char* ci = std::getenv("CI");
  const bool required = ci != nullptr && std::string(ci) == "true";
  CHECK_MESSAGE(!required, "outside data is missing: " << path);
  MESSAGE("skipped: no outside data at " << path);
  return {};
}
}  // namespace lotledger::tests
