// engine/log/scrub.cc - which segment is next, and the file that remembers.
//
// The file is text: a line `<first seq> <microseconds UTC> <sound|damaged>` for each segment, and a last line with the
// CRC-32C of those before it.
#include "engine/log/scrub.h"

#include "engine/log/crc32c.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace lotledger::engine {

namespace {

constexpr std::size_t k_state_bytes_max = std::size_t{16} << 20;
using Memory = std::map<Seq, ScrubbedSegment>;

std::string last_line(std::string_view lines) {
  return fmt::format("crc {:08x}\n", crc32c(bytes_of(lines)));
}

/// `<first> <at> <verdict>`; nullopt for anything else.
std::optional<ScrubbedSegment> parse_line(std::string_view line) {
  ScrubbedSegment segment;
  std::int64_t at = 0;
  const char* const end = line.data() + line.size();
  const auto first = std::from_chars(line.data(), end, segment.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto time = std::from_chars(first.ptr + 1, end, at);
  const std::string_view verdict(time.ptr, static_cast<std::size_t>(end - time.ptr));
  if (time.ec != std::errc() || (verdict != " sound" && verdict != " damaged")) return std::nullopt;
  segment.at = Instant{at};
  segment.sound = verdict == " sound";
  return segment;
}

/// Nothing where the file is missing or not what was written: forgetting only means reading again.
Memory read_memory(Disk& disk, const std::string& path) {
  Memory memory;
  const auto bytes = read_file(disk, path, k_state_bytes_max);
  if (!bytes.has_value()) return memory;
  std::string_view text = text_of(*bytes);
  const std::size_t cut = text.rfind("crc ");
  if (cut == std::string_view::npos || text.substr(cut) != last_line(text.substr(0, cut))) return memory;
  for (text = text.substr(0, cut); !text.empty(); text.remove_prefix(std::min(text.size(), text.find('\n') + 1))) {
    if (const auto segment = parse_line(text.substr(0, text.find('\n')))) memory[segment->first] = *segment;
  }
  return memory;
}

}  // namespace

Result<std::vector<ScrubbedSegment>> Scrub::segments() {
  LL_ASSIGN(auto firsts, list_segments(disk_, log_folder_));
  // The last one still grows; opening the log reads that.
  if (!firsts.empty()) firsts.pop_back();
  const Memory memory = read_memory(disk_, state_path_);
  std::vector<ScrubbedSegment> segments;
  for (const Seq first : firsts) {
    const auto known = memory.find(first);
    segments.push_back(known == memory.end() ? ScrubbedSegment{.first = first} : known->second);
  }
  return segments;
}

Result<std::optional<SegmentCheck>> Scrub::step(Instant before) {
  LL_ASSIGN(const auto all, segments());
  const ScrubbedSegment* oldest = nullptr;
  for (const ScrubbedSegment& segment : all) {
    const bool due = !segment.at || *segment.at < before;
    if (due && (oldest == nullptr || segment.at < oldest->at)) oldest = &segment;
  }
  if (oldest == nullptr) return std::optional<SegmentCheck>();
  LL_ASSIGN(SegmentCheck check, check_segment(disk_, log_folder_, oldest->first));
  LL_TRY(remember(check));
  return std::optional(std::move(check));
}

Result<void> Scrub::remember(const SegmentCheck& check) {
  LL_ASSIGN(auto all, segments());
  std::string lines;
  for (ScrubbedSegment& segment : all) {
    if (segment.first == check.first) segment = {check.first, clock_.now(), !check.damage};
    if (!segment.at) continue;
    lines += fmt::format("{} {} {}\n", segment.first, segment.at->utc_us, segment.sound ? "sound" : "damaged");
  }
  return replace_file(disk_, state_path_, bytes_of(lines + last_line(lines)));
}

}  // namespace lotledger::engine
