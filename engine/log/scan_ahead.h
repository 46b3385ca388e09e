// engine/log/scan_ahead.h - segments scanned side by side and handed out in their order. Each is scanned on the word of
// its own header for what precedes it; whether that word is true is for whoever joins them.
#pragma once

#include "engine/log/log_files.h"
#include "engine/log/segment_scan.h"
#include "engine/log/verify.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::engine {

/// A segment as it was found.
struct ScannedSegment {
  Result<OpenedSegment> opened = OpenedSegment{};
  std::uint64_t size = 0;
  ScanFinding found;
  std::uint64_t unreadable = 0;  ///< Intact records before `bad_body` whose body is not for this program.
  struct BadBody {
    Seq seq = 0;
    std::string why;
  };
  std::optional<BadBody> bad_body;  ///< The first body that its judge finds damaged.
};

struct ScanAheadRequest {
  std::vector<Seq> segments;  ///< By their first seq, ascending.
  Seq stop_before = k_no_seq;
  std::optional<Head> known_durable;
};

class ScanAhead {
 public:
  /// `disk` and `options` must outlive it. With one thread nothing is read before it is asked for.
  ScanAhead(Disk& disk, std::string folder, ScanAheadRequest request, const VerifyOptions& options);
  ~ScanAhead();
  ScanAhead(const ScanAhead&) = delete;
  ScanAhead& operator=(const ScanAhead&) = delete;

  /// The next segment. Where it could not be opened, `opened` says why; io where it could not be read.
  /// Precondition: not all were taken.
  [[nodiscard]] Result<ScannedSegment> take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::engine
