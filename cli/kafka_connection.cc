// cli/kafka_connection.cc - the file `kafka/connection.json`.
#include "cli/kafka_connection.h"

#include <nlohmann/json.hpp>

#include <sys/utsname.h>

#include <algorithm>

namespace lotledger::cli {

namespace {

constexpr std::size_t k_connection_bytes_max = 64 << 10;

std::string path_of(const LedgerInfo& info) {
  return kafka_folder(info) + "/connection.json";
}

}  // namespace

std::string kafka_folder(const LedgerInfo& info) {
  return info.folder + "/kafka";
}

Result<bool> stands_on_kafka(engine::Disk& disk, const LedgerInfo& info) {
  return disk.exists(path_of(info));
}

Result<KafkaConnection> read_connection(engine::Disk& disk, const LedgerInfo& info) {
  LL_ASSIGN(const bool exists, stands_on_kafka(disk, info));
  if (!exists) return fail(ErrorCode::not_found, "ledger " + info.name() + " does not stand on a Kafka topic");
  LL_ASSIGN(const ByteVector bytes, engine::read_file(disk, path_of(info), k_connection_bytes_max));
  const auto json = nlohmann::json::parse(lotledger::text_of(bytes), nullptr, false);
  const auto text = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : "";
  };
  const auto number = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_number_integer() ? json[name].get<std::int32_t>()
                                                                                     : 0;
  };
  KafkaConnection found{text("bootstrap"), text("config"), text("node"), {number("replication"), number("min_insync")}};
  if (found.bootstrap.empty() || found.node.empty())
    return fail(ErrorCode::corrupt, path_of(info) + " names no bootstrap servers or no node");
  return found;
}

Result<void> write_connection(engine::Disk& disk, const LedgerInfo& info, const KafkaConnection& made) {
  const nlohmann::ordered_json json{{"bootstrap", made.bootstrap},
                                    {"config", made.config},
                                    {"node", made.node},
                                    {"replication", made.demands.replication},
                                    {"min_insync", made.demands.min_insync}};
  LL_TRY(disk.make_folders(kafka_folder(info)));
  return engine::replace_file(disk, path_of(info), bytes_of(json.dump(2) + "\n"));
}

Result<std::unique_ptr<engine::kafka::Cluster>> connect(const KafkaConnection& connection, int timeout_ms) {
  engine::kafka::ClientSettings settings;
  if (!connection.config.empty()) {
    LL_ASSIGN(settings, engine::kafka::read_client_settings(connection.config));
  }
  return engine::kafka::connect(connection.bootstrap, settings, timeout_ms);
}

Result<std::string> node_name(const std::string& given) {
  std::string name = given;
  if (utsname machine{}; name.empty() && uname(&machine) == 0) name = machine.nodename;
  const bool good = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
           c == '.';
  });
  if (good) return name;
  return fail(ErrorCode::invalid_input,
              "\"" + name + "\" is no name of a node: 1 to 64 of A-Z a-z 0-9 - _ . ; give one with --node");
}

}  // namespace lotledger::cli
