// cli/source_files.cc - a file to the connector that reads it.
#include "cli/source_files.h"

#include "connectors/epcis/submissions.h"
#include "connectors/epcis/xml_scanner.h"
#include "connectors/mapping/submissions.h"
#include "engine/log/disk.h"

namespace lotledger::cli {
namespace {

namespace epcis = connectors::epcis;
namespace plain = connectors::plain;
using connectors::ByteSource;

/// As much of a file as is looked at to tell EPCIS from plain rows.
constexpr std::size_t k_look_bytes = std::size_t{64} << 10;
constexpr std::size_t k_xml_look_bytes = 256;
constexpr std::size_t k_mapping_bytes_max = std::size_t{1} << 20;

bool is_list_of_json(std::string_view name) {
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

/// Whether the first line has a member that every EPCIS event or document has and no plain row may have.
Result<bool> begins_with_epcis(const ByteSource& source) {
  std::string text(k_look_bytes, '\0');
  LL_ASSIGN(const std::size_t got, source.read_at(0, text));
  const std::string_view line = std::string_view(text).substr(0, got);
  const std::string_view first = line.substr(0, line.find('\n'));
  return first.find("\"eventTime\"") != std::string_view::npos || first.find("\"@context\"") != std::string_view::npos;
}

/// Whatever a file is called: no row begins with `<`.
Result<bool> begins_with_xml(const ByteSource& source) {
  std::string text(k_xml_look_bytes, '\0');
  LL_ASSIGN(const std::size_t got, source.read_at(0, text));
  return epcis::begins_xml(std::string_view(text).substr(0, got));
}

/// The kind of plain rows that the file holds; nullopt: EPCIS.
Result<std::optional<plain::Kind>> kind_of(const ByteSource& source, const ReadOptions& options,
                                           const std::string& name) {
  if (options.kind) return options.kind;
  LL_ASSIGN(const bool xml, begins_with_xml(source));
  if (xml) return std::nullopt;
  const std::optional<plain::Kind> named = plain::kind_of_file(name);
  if (name.ends_with(".csv")) {
    if (named) return named;
    std::string kinds;
    for (const std::string_view kind : plain::kind_names()) kinds += " " + std::string(kind);
    return fail(ErrorCode::invalid_input,
                name + ": what do its rows tell? say --kind, or let the name begin with one of:" + kinds);
  }
  if (!named || !is_list_of_json(name)) return std::nullopt;
  LL_ASSIGN(const bool epcis, begins_with_epcis(source));
  return epcis ? std::nullopt : named;
}

Result<char> delimiter_of(const std::string& text) {
  if (text.empty() || text == ",") return ',';
  if (text == "tab" || text == "\t") return '\t';
  if (text == ";" || text == "|") return text.front();
  return fail(ErrorCode::invalid_input, "--delimiter '" + text + "' is none of , ; | tab");
}

}  // namespace

std::vector<OptionSpec> read_options() {
  return {
      {"kind",
       "KIND",
       {"what the rows of all files tell; otherwise the files' names begin with it",
        "所有文件的行类型；否则由文件名开头决定"},
       Times::optional,
       plain::kind_names()},
      {"mapping",
       "FILE",
       {"makes rows of the records of a foreign JSON export", "将外部 JSON 导出的记录转为行的映射文件"}},
      {"delimiter", "CHAR", {"between cells of CSV: , ; | or tab (default ,)", "CSV 分隔符：, ; | 或 tab（默认 ,）"}},
      {"encoding", "NAME", {"of CSV (default utf-8)", "CSV 编码（默认 utf-8）"}, Times::optional, {"utf-8", "gb18030"}},
      {"decimal-comma", "", {"quantities of CSV are written 12,5", "CSV 数量以逗号作小数点，如 12,5"}},
      {"timezone",
       "OFFSET",
       {"offset from UTC of times of CSV that have none: +08:00", "CSV 中无时区的时间所用的 UTC 偏移：+08:00"}}};
}

Result<ReadOptions> read_options_of(const Call& call) {
  ReadOptions options;
  if (call.has("kind")) options.kind = plain::kind_named(call.text("kind"));
  if (call.has("kind") && call.has("mapping"))
    return fail(ErrorCode::invalid_input, "--kind stands beside --mapping, which says the kinds of rows itself");
  if (call.has("mapping")) {
    LL_ASSIGN(connectors::mapping::Mapping read, load_mapping(call.text("mapping")));
    options.mapping = std::make_shared<const connectors::mapping::Mapping>(std::move(read));
  }
  LL_ASSIGN(options.format.delimiter, delimiter_of(call.text("delimiter")));
  if (call.text("encoding") == "gb18030") options.format.encoding = plain::Encoding::gb18030;
  if (options.format.encoding == plain::Encoding::gb18030 && options.format.delimiter == '|')
    return fail(ErrorCode::invalid_input, "--delimiter '|' may be half of a character of GB18030; convert the file");
  options.format.decimal_comma = call.has("decimal-comma");
  if (!call.has("timezone")) return options;
  const auto offset = parse_offset(call.text("timezone"));
  if (!offset.has_value()) return fail(ErrorCode::invalid_input, "--timezone: " + offset.error().message);
  options.format.offset_minutes = *offset;
  return options;
}

Result<connectors::mapping::Mapping> load_mapping(const std::string& path) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const ByteVector bytes, engine::read_file(*disk, path, k_mapping_bytes_max));
  return connectors::mapping::parse_mapping(lotledger::text_of(bytes), path);
}

Result<std::unique_ptr<connectors::SubmissionReader>> open_source(std::unique_ptr<ByteSource> source,
                                                                  const ReadOptions& options,
                                                                  connectors::SubmissionOrigin origin,
                                                                  const connectors::PersonalData& personal) {
  if (options.mapping)
    return connectors::mapping::open_submissions(std::move(source), options.mapping, std::move(origin), personal);
  LL_ASSIGN(const std::optional<plain::Kind> kind, kind_of(*source, options, origin.file));
  if (!kind) return epcis::open_submissions(std::move(source), std::move(origin), personal);
  plain::PlainFormat format = options.format;
  format.kind = *kind;
  return plain::open_submissions(std::move(source), format, std::move(origin), personal);
}

}  // namespace lotledger::cli
