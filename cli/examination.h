// cli/examination.h - what `doctor` has seen: findings, how each is mended, and which of that it can do itself.
#pragma once

#include "cli/json.h"
#include "cli/output.h"
#include "engine/base/result.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

/// Something that `doctor --repair` can do without any risk to a record.
struct Repair {
  std::string what;  ///< `remove /d/landed/ab.part`: said before it is done, and the whole of what is done.
  std::function<Result<void>()> run;
};

class Examination {
 public:
  /// `output` must outlive it.
  explicit Examination(const Output& output) : output_(output) {}

  void good(std::string_view check, std::string detail) { add(true, check, std::move(detail), {}); }
  /// Something that a person has to see to: `remedy` says how.
  void attention(std::string_view check, std::string detail, std::string_view remedy);
  /// Something that `doctor --repair` mends.
  void attention(std::string_view check, std::string detail, Repair repair);

  /// One JSON object for each finding.
  [[nodiscard]] const std::vector<Json>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<Repair>& repairs() const { return repairs_; }
  [[nodiscard]] bool sound() const { return sound_; }
  [[nodiscard]] const Output& output() const { return output_; }

 private:
  void add(bool is_good, std::string_view check, std::string detail, std::string_view remedy);

  const Output& output_;
  std::vector<Json> rows_;
  std::vector<Repair> repairs_;
  bool sound_ = true;
};

}  // namespace lotledger::cli
