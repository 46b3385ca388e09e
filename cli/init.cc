// cli/init.cc - init: a data folder with a ledger.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/json.h"
#include "cli/kafka_ledger.h"
#include "cli/query.h"
#include "cli/submit.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {
namespace {

using engine::Environment;

constexpr std::uint64_t k_records_per_segment_default = 65'536;

Environment environment_named(std::string_view name) {
  for (const Environment environment : {Environment::production, Environment::training, Environment::drill}) {
    if (engine::name_of(environment) == name) return environment;
  }
  return Environment::production;  // The option's choices allow no other name; this is its default.
}

Result<engine::LedgerCreated> wanted(const Call& call) {
  engine::LedgerCreated created;
  created.name = call.settings.ledger.empty() ? "MAIN" : call.settings.ledger;
  created.environment = environment_named(call.text("environment"));
  LL_ASSIGN(created.records_per_segment,
            call.number("records-per-segment", k_records_per_segment_default, {1, engine::k_records_per_segment_max}));
  for (const std::string& text : call.all("own-party")) {
    LL_ASSIGN(const UnitRef party, parse_unit(text));
    const UnitType type = party.key.type();
    if (type != UnitType::party && type != UnitType::location && type != UnitType::opaque) {
      return fail(ErrorCode::invalid_input, "--own-party '" + text + "' names a " +
                                                std::string(lotledger::name_of(type)) + ", no party or location");
    }
    created.own_parties.push_back(party.key);
  }
  return created;
}

/// The cluster is asked first, so that nothing is left behind when it does not answer.
Result<LedgerInfo> create_on_kafka(const Call& call, DataFolder& folder, const engine::LedgerCreated& created) {
  LL_ASSIGN(const KafkaConnection connection, connection_of(call, call.text("kafka")));
  LL_ASSIGN(const engine::Actor actor, actor_of(call));
  {
    LL_ASSIGN(const auto cluster, connect(connection));
    LL_TRY(cluster->brokers());
  }
  LL_ASSIGN(LedgerInfo info, folder.create_ledger(created));
  const auto pushed = push_ledger(call.out, info, connection, actor);
  if (pushed.has_value()) return info;
  return fail_with_hint(pushed.error().code, pushed.error().message,
                        "ledger " + info.name() + " is made here; finish with: lotledger --ledger " + info.name() +
                            " kafka push " + connection.bootstrap);
}

Result<Exit> run_init(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const engine::LedgerCreated created, wanted(call));
  LL_ASSIGN(const LedgerInfo info,
            call.has("kafka") ? create_on_kafka(call, folder, created) : folder.create_ledger(created));
  if (call.out.format == Format::json) {
    Json json{{"kind", "init"},
              {"ledger", info.name()},
              {"id", info.id.text()},
              {"folder", info.folder},
              {"position", position_json(info.name(), 0)}};
    json["environment"] = std::string(engine::name_of(info.created.environment));
    call.out.out << pretty(json) << '\n';
  } else {
    call.out.out << fmt::format(fmt::runtime(call.out.say(Text::ledger_created)), info.name(),
                                engine::name_of(info.created.environment), info.folder)
                 << '\n';
  }
  return Exit::ok;
}

}  // namespace

void add_init(CommandTable& table) {
  Command init;
  init.path = "init";
  init.summary = {"make a data folder with a ledger", "创建数据目录与账本"};
  init.options = {
      {"environment",
       "KIND",
       {"fixed for ever (default production)", "永久固定（默认 production）"},
       Times::optional,
       {"production", "training", "drill"}},
      {"own-party",
       "KEY",
       {"party whose control is own control; may be repeated", "其控制视为自有控制的单位；可重复"},
       Times::repeated},
      {"records-per-segment", "N", {"size of log files (default 65536)", "日志文件大小（默认 65536）"}},
      {"kafka", "BOOTSTRAP", {"stand on a Kafka topic of this cluster", "账本建立在此 Kafka 集群的主题上"}}};
  init.options = std::move(init.options) + kafka_options();
  init.formats = {Format::table, Format::json};
  init.examples = {{"--data /srv/lotledger init --ledger SZ1 --own-party urn:epc:id:pgln:4000001.00000",
                    {"the ledger of a site", "一个工厂的账本"}},
                   {"--data /tmp/try init --ledger TRY --environment training", {"to play with", "供试用"}},
                   {"--data /srv/lotledger init --ledger SZ1 --kafka broker1:9092,broker2:9092 --node sz-1",
                    {"on a cluster, with this node as the first", "建立在集群上，本节点为首个节点"}}};
  init.run = run_init;
  table.commands.push_back(std::move(init));
}

}  // namespace lotledger::cli
