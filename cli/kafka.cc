// cli/kafka.cc - ledgers on a Kafka topic: push, mirror, follow, write, take-over, status, repair.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/json.h"
#include "cli/kafka_follow.h"
#include "cli/kafka_ledger.h"
#include "cli/kafka_node.h"
#include "cli/kafka_state.h"
#include "cli/kafka_writer.h"
#include "cli/query.h"
#include "cli/stop_signal.h"
#include "cli/submit.h"
#include "cli/writing.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <ostream>

namespace lotledger::cli {
namespace {

/// How often a command that runs until a signal looks for one.
constexpr int k_settle_ms = 200;

Json role_json(const LedgerInfo& info, const KafkaRole& role) {
  return {{"node", text_json(role.node)},
          {"since", role.since == k_no_seq ? Json() : Json(position_text(info.name(), role.since))}};
}

Json epoch_json(const engine::kafka::Epoch& epoch) {
  return {{"number", std::to_string(epoch.number)}, {"writer", std::to_string(epoch.writer)}};
}

/// {kind, ledger, position} and what was done, or one line of text.
void print_done(const Call& call, const LedgerInfo& info, std::string_view kind, Seq position, std::uint64_t records,
                const std::string& text) {
  if (call.out.format == Format::json) {
    const Json json{{"kind", std::string(kind)},
                    {"ledger", info.name()},
                    {"topic", engine::kafka::topic_of(info.id)},
                    {"position", position_json(info.name(), position)},
                    {"records", std::to_string(records)}};
    call.out.out << pretty(json) << '\n';
  } else {
    call.out.out << text << '\n';
  }
}

Result<Exit> run_push(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const KafkaConnection connection, connection_of(call, call.text("BOOTSTRAP")));
  LL_ASSIGN(const engine::Actor actor, actor_of(call));
  LL_ASSIGN(const Published pushed, push_ledger(call.out, info, connection, actor));
  print_done(call, info, "kafka_push", pushed.position, pushed.records,
             fmt::format("{} records sent to topic {}; ledger {} stands at {}", pushed.records,
                         engine::kafka::topic_of(info.id), info.name(), position_text(info.name(), pushed.position)));
  return Exit::ok;
}

Result<Exit> run_repair(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const Published repaired, repair_topic(call.out, info));
  print_done(call, info, "kafka_repair", repaired.position, repaired.records,
             fmt::format("{} lost records sent again to topic {}; it holds ledger {} up to {}", repaired.records,
                         engine::kafka::topic_of(info.id), info.name(), position_text(info.name(), repaired.position)));
  return Exit::ok;
}

Result<Exit> run_mirror(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const KafkaConnection connection, connection_of(call, call.text("BOOTSTRAP")));
  LL_ASSIGN(const LedgerInfo info, mirror_ledger(folder, connection, call.settings.ledger));
  LL_ASSIGN(const Published landed, land_all(call.out, info));
  print_done(call, info, "kafka_mirror", landed.position, landed.records,
             fmt::format("ledger {} mirrored to {}: it stands at {}", info.name(), info.folder,
                         position_text(info.name(), landed.position)));
  return Exit::ok;
}

Result<Exit> run_follow(const Call& call) {
  LL_ASSIGN(const std::vector<LedgerInfo> ledgers, ledgers_to_follow(call));
  StopSignal stop;
  return follow_all(call.out, ledgers, stop);
}

Result<Exit> run_write(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  StopSignal stop;
  // Not open_submitter(): handing on to a process that writes just now would keep no role.
  auto disk = engine::posix_disk();
  LL_ASSIGN(auto log, engine::LocalLog::open(*disk, info.log_folder(), {info.created.records_per_segment}));
  LL_ASSIGN(const auto submitter, open_kafka_submitter(info, std::move(disk), std::move(log)));
  call.out.note("writing " + info.name() + "; submissions are taken at " + info.socket_path());
  // Without a session nobody is served any more: whoever watches this process is to start it again, or the other node.
  while (!stop.came(k_settle_ms)) LL_TRY(submitter->settle());
  LL_TRY(submitter->close());
  return Exit::ok;
}

Result<Exit> run_take_over(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const engine::Actor actor, actor_of(call));
  if (call.text("reason").empty())
    return fail(ErrorCode::invalid_input, "moving the role of the writer needs a reason: --reason TEXT");
  LL_ASSIGN(const Published taken, take_over(info, actor, call.text("reason")));
  print_done(
      call, info, "kafka_take_over", taken.position, 1,
      fmt::format("this node writes ledger {} from {} on", info.name(), position_text(info.name(), taken.position)));
  return Exit::ok;
}

Json skipped_json(const engine::kafka::SkipCounts& counts) {
  Json json = Json::object();
  for (std::size_t cause = 0; cause < engine::kafka::k_skips; ++cause)
    json[std::string(engine::kafka::name_of(static_cast<engine::kafka::Skip>(cause)))] = std::to_string(counts[cause]);
  return json;
}

/// The process that holds the segments, and what it tells of itself.
struct Holder {
  bool runs = false;
  std::optional<KafkaState> state;  ///< None of a command that keeps none, or has only just begun.
};

Result<Holder> holder_of(engine::Disk& disk, const LedgerInfo& info) {
  Holder holder;
  LL_ASSIGN(holder.runs, disk.locked(engine::lock_path(info.log_folder())));
  // Without the lock the state is that of a process which is gone.
  if (holder.runs) {
    LL_ASSIGN(holder.state, read_state(disk, kafka_folder(info)));
  }
  return holder;
}

Json process_json(const LedgerInfo& info, const Holder& holder) {
  const auto& state = holder.state;
  if (!state) return Json{{"state", holder.runs ? "other" : "none"}};
  return Json{{"state", state->process},
              {"at", format_utc(state->at)},
              {"producer", state->producer},
              {"epoch", epoch_json(state->epoch)},
              {"position", position_json(info.name(), state->seq)},
              {"current_at", instant_json(state->current_at)},
              {"offset", std::to_string(state->read)},
              {"lag", std::to_string(state->lag)},
              {"last_error", text_json(state->last_error)},
              {"last_error_at", instant_json(state->last_error_at)}};
}

/// What the cluster tells this call; `error` where it tells nothing.
void add_cluster(Json& json, const KafkaConnection& connection, const std::string& topic, engine::kafka::Offset read) {
  json["high_watermark"] = Json();
  json["lag"] = Json();
  json["faults"] = Json::array();
  json["error"] = Json();
  const auto cluster = connect(connection);
  if (!cluster.has_value()) {
    json["error"] = cluster.error().message;
    return;
  }
  if (const auto marks = (*cluster)->watermarks(topic); marks.has_value()) {
    json["high_watermark"] = std::to_string(marks->high);
    json["lag"] = std::to_string(marks->high - (read + 1));
  } else {
    json["error"] = marks.error().message;
  }
  if (const auto description = (*cluster)->describe(topic); description.has_value())
    json["faults"] = engine::kafka::faults_of(*description, connection.demands);
}

Result<Json> status_json(const LedgerInfo& info) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const KafkaConnection connection, read_connection(*disk, info));
  LL_ASSIGN(const auto session, ReadSession::open(info));
  LL_ASSIGN(const KafkaRole role, role_in(session->log()));
  LL_ASSIGN(const engine::kafka::Place place, engine::kafka::read_place(*disk, kafka_folder(info)));
  LL_ASSIGN(const Holder holder, holder_of(*disk, info));
  const std::string topic = engine::kafka::topic_of(info.id);
  Json json{{"kind", "kafka_status"},
            {"ledger", info.name()},
            {"topic", topic},
            {"bootstrap", connection.bootstrap},
            {"node", connection.node},
            {"position", position_json(info.name(), session->head().seq)},
            {"role", role_json(info, role)},
            {"epoch", epoch_json(role.epoch)}};
  json["accepted"] = std::to_string(session->head().seq + 1);
  json["offset"] = std::to_string(place.offset);
  json["skipped"] = skipped_json(place.skipped);
  json["process"] = process_json(info, holder);
  // A running process stores its place only now and then.
  const auto read = holder.state ? std::max(place.offset, holder.state->read) : place.offset;
  add_cluster(json, connection, topic, read);
  return json;
}

void print_line(const Output& output, std::string_view name, const std::string& value) {
  output.out << fmt::format("{:<15}{}\n", name, printable(value));
}

void print_process(const Output& output, const Json& process) {
  const std::string state = process["state"].get<std::string>();
  const bool told = process.contains("producer");
  print_line(output, "process",
             told ? fmt::format("{}, producer {}", state, process["producer"].get<std::string>()) : state);
  if (!told) return;
  const Json& current = process["current_at"];
  print_line(output, "current at", current.is_null() ? "not yet" : current.get<std::string>());
  if (process["last_error"].is_null()) return;
  print_line(output, "its last error",
             process["last_error_at"].get<std::string>() + " " + process["last_error"].get<std::string>());
}

void print_status(const Output& output, const Json& json) {
  const auto line = [&](std::string_view name, const std::string& value) { print_line(output, name, value); };
  const auto text = [&](const char* name) { return json[name].is_null() ? "-" : json[name].get<std::string>(); };
  line("ledger", text("ledger"));
  line("topic", text("topic") + " at " + text("bootstrap"));
  line("node", text("node"));
  const Json& role = json["role"];
  line("role", role["node"].is_null() ? "nobody"
                                      : role["node"].get<std::string>() + " since " + role["since"].get<std::string>());
  line("epoch", json["epoch"]["number"].get<std::string>());
  line("accepted", text("accepted"));
  for (const auto& [cause, count] : json["skipped"].items())
    if (count.get<std::string>() != "0") line("skipped", count.get<std::string>() + " " + cause);
  line("lag", text("lag"));
  for (const Json& fault : json["faults"]) line("FAULT", fault.get<std::string>());
  print_process(output, json["process"]);
  if (!json["error"].is_null()) line("error", text("error"));
}

Result<Exit> run_status(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const Json json, status_json(info));
  if (call.out.format == Format::json) {
    call.out.out << pretty(json) << '\n';
  } else {
    print_status(call.out, json);
  }
  if (!json["error"].is_null()) return Exit::unavailable;
  return json["faults"].empty() ? Exit::ok : Exit::negative;
}

Command kafka_command(std::string_view path, Bilingual summary, RunCommand run, Example example) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.formats = {Format::table, Format::json};
  command.examples = {example};
  command.run = run;
  return command;
}

const OptionSpec k_reason{"reason", "TEXT", {"why", "原因"}};

}  // namespace

void add_kafka(CommandTable& table) {
  table.groups.push_back(
      {"kafka",
       {"ledgers on a Kafka topic: nodes, role of the writer, repair", "Kafka 上的账本：节点、写入角色、修复"}});
  const ArgumentSpec bootstrap{"BOOTSTRAP", {"host:port, or several with commas", "主机:端口，多个以逗号分隔"}};
  auto add = [&](Command command) -> Command& { return table.commands.emplace_back(std::move(command)); };
  Command& push = add(
      kafka_command("kafka push", {"send a local ledger to a topic of its own", "将本地账本发送到其主题"}, run_push,
                    {"kafka push broker1:9092 --node sz-1", {"can be repeated until it is done", "可重复直至完成"}}));
  push.arguments = {bootstrap};
  push.options = kafka_options();
  Command& mirror = add(kafka_command(
      "kafka mirror", {"a fresh node with all that a topic holds", "用主题的全部内容建立新节点"}, run_mirror,
      {"--data /srv/copy --ledger SZ1 kafka mirror broker1:9092 --node sz-2", {"a second node", "第二个节点"}}));
  mirror.arguments = {bootstrap};
  mirror.options = kafka_options();
  add(kafka_command("kafka follow",
                    {"land and fold what others write, until a signal", "接收并折叠他人写入，直到收到信号"}, run_follow,
                    {"kafka follow",
                     {"all ledgers here that stand on Kafka; queries on this node stay current",
                      "本数据目录中所有位于 Kafka 的账本；使本节点的查询保持最新"}}));
  add(kafka_command(
      "kafka write",
      {"keep the role of the writer and take submissions, until a signal", "保持写入角色并接收提交，直到收到信号"},
      run_write,
      {"kafka write", {"other commands on this node hand their submissions to it", "本节点的其他命令向其提交"}}));
  add(kafka_command("kafka take-over", {"move the role of the writer to this node", "将写入角色移到本节点"},
                    run_take_over,
                    {"kafka take-over --reason 'node sz-1 is lost'", {"also after a crash", "崩溃之后亦可"}}))
      .options = {k_reason};
  add(kafka_command("kafka status",
                    {"accepted, skipped by cause, lag, role, epoch", "已接受、按原因跳过、滞后、角色、纪元"},
                    run_status,
                    {"kafka status -o json",
                     {"for monitoring; exit 6 when the cluster does not answer", "供监控；集群无应答时退出码 6"}}));
  add(kafka_command("kafka repair",
                    {"send again what a truncated topic has lost, from this copy", "从本副本重发被截断主题丢失的记录"},
                    run_repair, {"kafka repair", {"on the node with the longest copy", "在副本最长的节点上"}}));
}

}  // namespace lotledger::cli
