// cli/export_plain.cc - export plain: what a ledger holds, as files of plain rows that another ledger takes.
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/query.h"
#include "connectors/plain/export.h"
#include "engine/codec/codec.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

namespace lotledger::cli {
namespace {

namespace plain = connectors::plain;

/// Files of a folder, one per kind, made when their first row comes.
class Files {
 public:
  explicit Files(std::string folder) : folder_(std::move(folder)) {}

  /// conflict when a file of that name is there already.
  Result<void> write(const plain::ExportedRow& row) {
    File& file = files_.at(static_cast<std::size_t>(row.kind));
    if (!file.stream.is_open()) LL_TRY(open(file, row.kind));
    file.stream << plain::csv_row(row);
    ++file.rows;
    return {};
  }

  Result<void> close() {
    for (File& file : files_) {
      if (!file.stream.is_open()) continue;
      file.stream.close();
      if (file.stream.fail()) return fail(ErrorCode::io, file.path + ": could not be written");
    }
    return {};
  }

  [[nodiscard]] Json json() const {
    Json json = Json::array();
    for (const File& file : files_) {
      if (file.rows > 0) json.push_back({{"file", file.path}, {"rows", file.rows}});
    }
    return json;
  }

 private:
  struct File {
    std::string path;
    std::ofstream stream;
    std::uint64_t rows = 0;
  };

  Result<void> open(File& file, plain::Kind kind) {
    file.path = fmt::format("{}/{}.csv", folder_, plain::name_of(kind));
    if (std::filesystem::exists(file.path))
      return fail(ErrorCode::conflict, file.path + " is there already; name an empty folder");
    file.stream.open(file.path, std::ios::binary);
    if (!file.stream) return fail(ErrorCode::io, file.path + ": cannot be made");
    file.stream << plain::csv_header(kind);
    return {};
  }

  std::string folder_;
  std::array<File, plain::k_kinds> files_;
};

/// What no plain row can say, by the name of its source or event.
using LeftOut = std::map<std::string, std::uint64_t>;

/// What a record without rows is; empty for what belongs to no export: the ledger about itself, and rows that another
/// record stands for.
std::string left_out_name(const engine::Body& body) {
  const auto& first = body.events.front().body;
  if (std::holds_alternative<engine::SystemEvent>(first)) return {};
  if (std::holds_alternative<engine::JudgementEvent>(first)) return "policies";
  if (std::holds_alternative<engine::CorrectionEvent>(first)) return "withdrawals";
  if (const auto* intake = std::get_if<engine::IntakeEvent>(&first))
    return std::holds_alternative<engine::RowRejected>(*intake) ? "rejected rows" : "";
  return body.source.system == "cli" ? "commands" : "events of " + body.source.system;
}

Result<LeftOut> write_all(Query& query, Files& files) {
  LeftOut left_out;
  Result<void> status;
  const auto take = [&](const engine::StoredRecord& record) -> Result<void> {
    if (!engine::readable(record)) {
      ++left_out["unreadable records"];
      return {};
    }
    if (query.reader().withdrawn_by({record.seq()})) {
      ++left_out["withdrawn facts"];
      return {};
    }
    const engine::Body body = engine::decode_body(*engine::body_of(record));
    LL_ASSIGN(const auto rows, plain::rows_of(body, record.header().recorded_at));
    for (const plain::ExportedRow& row : rows) LL_TRY(files.write(row));
    const std::string name = rows.empty() ? left_out_name(body) : std::string();
    if (!name.empty()) ++left_out[name];
    return {};
  };
  LL_TRY(query.session().log().read(0, query.position(), [&](const engine::StoredRecord& record) {
    status = take(record);
    return status.has_value();
  }));
  LL_TRY(status);
  return left_out;
}

Result<Exit> run_export(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  const std::string& folder = call.text("to");
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorCode::io, folder + ": " + failed.message());
  Files files(folder);
  LL_ASSIGN(const LeftOut left_out, write_all(*query, files));
  LL_TRY(files.close());
  LL_TRY(query->check());
  for (const auto& [name, count] : left_out)
    call.out.err << fmt::format("lotledger: left out: {} {}{}\n", count, name,
                                name.starts_with("events of epcis") ? " (lotledger export epcis writes them)" : "");
  if (call.out.format == Format::json) {
    Json json{{"kind", "export_plain"}, {"position", position_json(query->cut())}, {"files", files.json()}};
    json["left_out"] = left_out;
    call.out.out << pretty(json) << '\n';
    return Exit::ok;
  }
  for (const Json& file : files.json())
    call.out.out << fmt::format("{}\t{}\n", file["file"].get<std::string>(), file["rows"].get<std::uint64_t>());
  return Exit::ok;
}

}  // namespace

void add_export_plain(CommandTable& table) {
  Command plain;
  plain.path = "export plain";
  plain.summary = {"write plain rows again, one file a kind, for another ledger or system",
                   "按类型写出数据行文件，供其他账本或系统导入"};
  plain.options = {{"to", "DIR", {"folder for the files", "文件目录"}, Times::required},
                   {"known-at", "TIME|POSITION", {"only what was recorded by then", "仅限此时之前已记录的事"}}};
  plain.formats = {Format::table, Format::json};
  plain.examples = {{"export plain --to export",
                     {"items.csv, receipts.csv, ...; what no row can say is counted",
                      "items.csv、receipts.csv 等；无法以行表示者会计数"}}};
  plain.run = run_export;
  table.commands.push_back(std::move(plain));
}

}  // namespace lotledger::cli
