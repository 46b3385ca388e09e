// cli/audit_scrub.cc - audit scrub: reads sealed segments again and tells when each was last read.
#include "cli/audit_scrub.h"

#include "cli/background_scrub.h"
#include "cli/listing.h"
#include "cli/query.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>

namespace lotledger::cli {
namespace {

constexpr std::int64_t k_day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::uint64_t k_days_max = 36'500;

Json segment_json(const LedgerInfo& info, const engine::ScrubbedSegment& segment) {
  Json row{{"ledger", info.name()},
           {"position", info.name() + ":" + std::to_string(segment.first)},
           {"file", engine::segment_path(info.log_folder(), segment.first)}};
  row["scrubbed_at"] = segment.at ? Json(format_utc(*segment.at)) : Json();
  row["sound"] = segment.at ? Json(segment.sound) : Json();
  row["detail"] = segment.sound ? Json() : Json("damaged when it was last read: lotledger audit verify says where");
  return row;
}

/// Reads what is due. What is damaged is told at once, because the rest may take long.
Result<void> read_due(engine::Scrub& scrub, const LedgerInfo& info, Instant before, const Call& call) {
  ProgressLine progress(call.out, "audit scrub " + info.name(), 0);
  for (std::uint64_t bytes = 0;;) {
    LL_ASSIGN(const auto check, scrub.step(before));
    if (!check) return {};
    bytes += check->bytes;
    progress.at(bytes);
    if (check->damage) call.out.note(damage_text(info, *check->damage));
  }
}

Result<Exit> run_scrub(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const auto infos, folder.ledgers());
  LL_ASSIGN(const std::uint64_t days, call.number("older-than", 0, {0, k_days_max}));
  const auto disk = engine::posix_disk();
  SystemClock clock;
  const Instant before{clock.now().utc_us - static_cast<std::int64_t>(days) * k_day_us};
  std::vector<Json> rows;
  bool sound = true;
  for (const LedgerInfo& info : infos) {
    if (!call.settings.ledger.empty() && info.name() != call.settings.ledger) continue;
    engine::Scrub scrub = scrub_of(info, *disk, clock);
    if (!call.has("list")) LL_TRY(read_due(scrub, info, before, call));
    LL_ASSIGN(const auto segments, scrub.segments());
    for (const engine::ScrubbedSegment& segment : segments) {
      sound = sound && segment.sound;
      rows.push_back(segment_json(info, segment));
    }
  }
  print_listing(
      call.out,
      {{{"kind", "audit_scrub"}, {"ok", sound}},
       "segments",
       {{"position", Text::position}, {"scrubbed_at", Text::at}, {"file", Text::file}, {"detail", Text::detail}}},
      rows);
  return sound ? Exit::ok : Exit::negative;
}

}  // namespace

void add_audit_scrub(CommandTable& table) {
  Command scrub;
  scrub.path = "audit scrub";
  scrub.summary = {"read full log files again, and say when each was last read",
                   "重新读取已写满的日志文件，并列出各自上次读取的时间"};
  scrub.options = {{"older-than",
                    "DAYS",
                    {"only those not read for so long (default: all)", "仅读取超过此天数未读的（默认：全部）"}},
                   {"list", "", {"read nothing, only say", "不读取，只列出"}}};
  scrub.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  scrub.examples = {
      {"audit scrub --older-than 30", {"every night: exit 1 where one is damaged", "每晚执行；有损坏则退出码 1"}},
      {"audit scrub --list", {"when each was last read", "各自上次读取的时间"}}};
  scrub.run = run_scrub;
  table.commands.push_back(std::move(scrub));
}

}  // namespace lotledger::cli
