// bench/rows.cc - the same rows every time.
#include "bench/rows.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

namespace lotledger::bench {
namespace {

constexpr std::uint64_t k_rows_per_round = 10;

/// One time a round: 2026-03-01 and one second later for each.
std::string time_of(std::uint64_t round) {
  const std::uint64_t minutes = round / 60;
  return fmt::format("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + minutes / 1440 % 28, minutes / 60 % 24, minutes % 60,
                     round % 60);
}

std::string receipt(std::uint64_t round) {
  return fmt::format("MR-{0},{1},RM-{2},L{0:07},100,KGM,WH-{3:02},SUP-{4},PO-{5}\n", round, time_of(round), round % 97,
                     round % 12, round % 31, round / 5);
}

std::string consumption(std::uint64_t round) {
  std::string rows;
  for (const std::uint64_t behind : {0UL, 7UL, 31UL}) {
    const std::uint64_t lot = round < behind ? round : round - behind;
    rows += fmt::format("GI-{0}-{1},{2},WO-{0},RM-{3},L{4:07},20,KGM,LINE-{5}\n", round, behind, time_of(round),
                        lot % 97, lot, round % 8);
  }
  return rows;
}

std::string production(std::uint64_t round) {
  return fmt::format("GR-{0},{1},WO-{0},FG-{2},P{0:07},40,EA,LINE-{3}\n", round, time_of(round), round % 53, round % 8);
}

std::string moves(std::uint64_t round) {
  std::string rows;
  for (std::uint64_t step = 0; step < 4; ++step) {
    rows += fmt::format("TO-{0}-{1},{2},FG-{3},P{0:07},10,EA,LINE-{4},WH-{5:02}\n", round, step, time_of(round),
                        round % 53, round % 8, (round + step) % 12);
  }
  return rows;
}

std::string shipment(std::uint64_t round) {
  return fmt::format("DL-{0},{1},FG-{2},P{0:07},40,EA,WH-{3:02},C-{4},DN-{5}\n", round, time_of(round), round % 53,
                     round % 12, round % 211, round / 3);
}

struct RowFile {
  std::string_view name;
  std::string_view header;
  std::string (*rows)(std::uint64_t round);
};
constexpr RowFile k_files[] = {
    {"receipts.csv", "id,at,item,lot,quantity,uom,location,supplier,po\n", receipt},
    {"consumption.csv", "id,at,order,item,lot,quantity,uom,location\n", consumption},
    {"production.csv", "id,at,order,item,lot,quantity,uom,location\n", production},
    {"moves.csv", "id,at,item,lot,quantity,uom,from,location\n", moves},
    {"shipments.csv", "id,at,item,lot,quantity,uom,location,consignee,desadv\n", shipment},
};

}  // namespace

Result<std::vector<std::string>> write_rows(const std::string& folder, std::uint64_t events) {
  std::filesystem::create_directories(folder);
  std::vector<std::string> files;
  for (const RowFile& file : k_files) {
    files.push_back(fmt::format("{}/{}", folder, file.name));
    std::ofstream out(files.back(), std::ios::binary);
    out << file.header;
    for (std::uint64_t round = 0; round < events / k_rows_per_round; ++round) out << file.rows(round);
    out.close();
    if (!out) return fail(ErrorCode::io, files.back() + ": cannot be written");
  }
  return files;
}

}  // namespace lotledger::bench
