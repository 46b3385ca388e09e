// bench/graph_files.cc - rows of flows.
#include "bench/graph_files.h"

#include "engine/base/time.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>

namespace lotledger::bench {
namespace {

constexpr std::int64_t k_year_begins_us = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr std::int64_t k_minute_us = 60'000'000;
constexpr std::size_t k_buffer_bytes = std::size_t{1} << 20;

/// A text file that remembers its first failure until close().
class TextFile {
 public:
  explicit TextFile(std::string path) : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {}
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() {
    if (file_ != nullptr) std::fclose(file_);
  }

  template <typename... Values>
  void row(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Values>(values)...);
    if (buffer_.size() >= k_buffer_bytes) drain();
  }
  Result<void> close() {
    drain();
    const bool closed = file_ != nullptr && std::fclose(file_) == 0;
    file_ = nullptr;
    if (closed && sound_) return {};
    return fail(ErrorCode::io, path_ + ": cannot be written");
  }

 private:
  void drain() {
    const bool written = file_ != nullptr && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) == buffer_.size();
    sound_ = sound_ && written;
    buffer_.clear();
  }

  std::string path_;
  std::FILE* file_;
  fmt::memory_buffer buffer_;
  bool sound_ = true;
};

/// What a row says, in words.
struct RowText {
  std::string id;
  std::string at;
  std::string reported_at;
  std::string order;
  std::string operation;
  std::string item;
  std::string lot;
  std::string serial;
  std::string quantity;  ///< Empty for a serial.
  std::string uom;
  std::string location;
};

std::string time_text(std::uint32_t minute) {
  return format_utc(Instant{k_year_begins_us + minute * k_minute_us});
}

/// Received and made amounts suffice for all that is taken of them.
std::string quantity_of(const Graph& graph, const Flow& flow) {
  const Stage stage = graph.stage_of(flow.unit);
  if (stage == Stage::serial) return {};
  const bool weighed = stage == Stage::raw || stage == Stage::semi;
  if (flow.kind == FlowKind::receipt) return flow.unit < graph.hubs.size() ? "1000000.000" : "1000.000";
  if (flow.kind == FlowKind::output) return weighed ? "500.000" : "200";
  const std::uint32_t some = (flow.unit * 7 + flow.order) % 5 + 1;
  return weighed ? fmt::format("{}.250", some) : fmt::format("{}", some);
}

RowText text_of(const Graph& graph, const Flow& flow, std::uint64_t seq) {
  RowText text;
  text.id = fmt::format("MES-SZ1-2026-5000{:010}-0001", seq);
  text.at = time_text(flow.minute);
  text.reported_at = time_text(flow.minute + 15);
  if (flow.kind != FlowKind::receipt) text.order = order_number(flow.order);
  const std::string ref = ref_of_unit(graph, flow.unit);
  text.item = ref.substr(0, 7);
  (ref[7] == '#' ? text.serial : text.lot) = ref.substr(8);
  text.quantity = quantity_of(graph, flow);
  if (!text.quantity.empty()) text.uom = text.quantity.find('.') == std::string::npos ? "EA" : "KGM";
  text.location = fmt::format("urn:epc:id:sgln:4000001.00000.LINE-{:02}", flow.order % 40);
  text.operation = fmt::format("{:04}", flow.order % 9 * 10 + 10);
  return text;
}

/// Files of one part. Rows of the three kinds are numbered kind after kind.
class PartFiles {
 public:
  PartFiles(const Graph& graph, const std::string& folder, TextFile& edges)
      : graph_(graph),
        edges_(edges),
        receipts_(folder + "/receipts.csv"),
        consumption_(folder + "/consumption.csv"),
        production_(folder + "/production.csv"),
        events_(folder + "/events.csv") {
    receipts_.row("id,at,reported_at,item,lot,quantity,uom,location,supplier,po\n");
    consumption_.row("id,at,reported_at,order,operation,item,lot,serial,quantity,uom,basis,location\n");
    production_.row("id,at,reported_at,type,order,operation,item,lot,serial,quantity,uom,basis,location\n");
  }

  void add(const Flow& flow, std::uint64_t seq) {
    const RowText row = text_of(graph_, flow, seq);
    const std::uint32_t order = graph_.units() + flow.order;
    switch (flow.kind) {
      case FlowKind::receipt:
        receipts_.row("{},{},{},{},{},{},{},urn:epc:id:sgln:4000001.00000.WH-01,C-{},45{:08}\n", row.id, row.at,
                      row.reported_at, row.item, row.lot, row.quantity, row.uom, 2000 + flow.unit % 50, flow.unit / 3);
        return add_event(row, seq, "receipt", "");
      case FlowKind::consume:
        consumption_.row("{},{},{},{},{},{},{},{},{},{},scanned,{}\n", row.id, row.at, row.reported_at, row.order,
                         row.operation, row.item, row.lot, row.serial, row.quantity, row.uom, row.location);
        edges_.row("{},{},{}\n", flow.unit, order, seq);
        return add_event(row, seq, "consumption", "-");
      case FlowKind::output:
      case FlowKind::rework:
        production_.row("{},{},{},{},{},{},{},{},{},{},{},scanned,{}\n", row.id, row.at, row.reported_at,
                        flow.kind == FlowKind::rework ? "rework" : "output", row.order, row.operation, row.item,
                        row.lot, row.serial, row.quantity, row.uom, row.location);
        edges_.row("{},{},{}\n", order, flow.unit, seq);
        return add_event(row, seq, "production", "");
    }
  }

  Result<void> close() {
    for (TextFile* file : {&receipts_, &consumption_, &production_, &events_}) LL_TRY(file->close());
    return {};
  }

 private:
  void add_event(const RowText& row, std::uint64_t seq, std::string_view kind, std::string_view sign) {
    const std::string_view joint = row.serial.empty() ? "/" : "#";
    events_.row("{},{},{},{},{},{},{},{}{}{}{},{}{},{},scanned,{}\n", seq, row.id, kind, row.at, row.reported_at,
                row.order, row.operation, row.item, joint, row.lot, row.serial, sign,
                row.quantity.empty() ? "1" : row.quantity, row.uom.empty() ? "EA" : row.uom, row.location);
  }

  const Graph& graph_;
  TextFile& edges_;
  TextFile receipts_;
  TextFile consumption_;
  TextFile production_;
  TextFile events_;
};

Result<void> write_part(const Graph& graph, std::size_t part, const std::string& folder, TextFile& edges) {
  const std::string path = fmt::format("{}/part-{:02}", folder, part);
  std::error_code made;
  std::filesystem::create_directories(path, made);
  if (made) return fail(ErrorCode::io, path + ": " + made.message());
  PartFiles files(graph, path, edges);
  std::uint64_t seq = graph.parts[part];
  const auto add_all = [&](auto wanted) {
    for (std::size_t flow = graph.parts[part]; flow < graph.parts[part + 1]; ++flow) {
      if (wanted(graph.flows[flow].kind)) files.add(graph.flows[flow], ++seq);
    }
  };
  add_all([](FlowKind kind) { return kind == FlowKind::receipt; });
  add_all([](FlowKind kind) { return kind == FlowKind::consume; });
  add_all([](FlowKind kind) { return kind == FlowKind::output || kind == FlowKind::rework; });
  return files.close();
}

Result<void> write_nodes(const Graph& graph, const std::string& path) {
  TextFile nodes(path);
  for (std::uint32_t unit = 0; unit < graph.units(); ++unit) nodes.row("{},{},0\n", unit, ref_of_unit(graph, unit));
  for (std::uint32_t order = 0; order < graph.orders; ++order)
    nodes.row("{},{},1\n", graph.units() + order, order_number(order));
  return nodes.close();
}

}  // namespace

std::uint64_t rows_before(const Graph& graph, std::size_t parts) {
  return graph.parts[parts];
}

Result<std::uint64_t> write_graph(const Graph& graph, const std::string& folder) {
  TextFile edges(folder + "/edges.csv");
  for (std::size_t part = 0; part + 1 < graph.parts.size(); ++part) LL_TRY(write_part(graph, part, folder, edges));
  LL_TRY(edges.close());
  LL_TRY(write_nodes(graph, folder + "/nodes.csv"));
  return graph.flows.size();
}

}  // namespace lotledger::bench
