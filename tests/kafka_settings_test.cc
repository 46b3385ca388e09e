// tests/kafka_settings_test.cc - the file with the settings of the Kafka client: strict, and silent about values.
#include "engine/kafka/client.h"
#include "engine/kafka/librdkafka.h"
#include "tests/support/log_records.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

namespace lotledger::tests {

using namespace lotledger::engine::kafka;

namespace {
/// Writes `text` with that mode; its path.
std::string written(const TemporaryFolder& folder, const std::string& name, const std::string& text,
                    mode_t mode = 0600) {
  const std::string path = folder.path(name);
  std::ofstream(path, std::ios::binary) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

/// The code that reading failed with; none when it succeeded.
std::optional<ErrorCode> code_of(const Result<ClientSettings>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("kafka settings: lines of name=value, with comments, blank lines, spaces and Windows line ends") {
  const TemporaryFolder folder;
  const auto path = written(folder, "client.properties",
                            "# how to log in\r\n"
                            "\n"
                            "  security.protocol = SASL_SSL\r\n"
                            "sasl.username=plant=7\n"
                            "\t#client.id=other\n"
                            "sasl.password= a # b \n"
                            "ssl.ca.location=/etc/ssl/plant ca.pem");
  const ClientSettings expected{{"security.protocol", "SASL_SSL"},
                                {"sasl.username", "plant=7"},
                                {"sasl.password", "a # b"},
                                {"ssl.ca.location", "/etc/ssl/plant ca.pem"}};
  CHECK(value_of(read_client_settings(path)) == expected);
  CHECK(value_of(read_client_settings(written(folder, "empty", ""))).empty());
}

TEST_CASE("kafka settings: NAME.file gives the content of a file, beside the properties file or by full path") {
  const TemporaryFolder folder;
  struct Row {
    std::string_view name;
    std::string content;
    std::string expected;
  };
  const Row rows[] = {
      {"no line end", "s3cret", "s3cret"},
      {"its last line end is left out", "s3cret\n", "s3cret"},
      {"also that of Windows", "s3cret\r\n", "s3cret"},
      {"only one, only the last", " s3\ncret \n\n", " s3\ncret \n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto secret = written(folder, "secret", row.content);
    for (const std::string& named : {std::string("secret"), secret}) {
      const auto path = written(folder, "client.properties", "sasl.password.file=" + named + "\n");
      CHECK(value_of(read_client_settings(path)) == ClientSettings{{"sasl.password", row.expected}});
    }
  }
}

TEST_CASE("kafka settings: what is refused names file, line and setting, never a value") {
  const TemporaryFolder folder;
  written(folder, "empty", "");
  written(folder, "zero", std::string("hush\0hush", 9));
  written(folder, "large", std::string(64 * 1024 + 1, 'x'));
  written(folder, "open", "hush", 0604);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "ssl.x" + std::to_string(i) + "=1\n";
  struct Row {
    std::string text;
    std::string_view line;
    std::string_view expected;
  };
  const Row rows[] = {
      {"hush", ":1:", "no name=value"},
      {"=hush", ":1:", "setting ''"},
      {"\nclient.id=\n", ":2:", "client.id has no value"},
      {"client.id=hush\nclient.id=hush", ":2:", "client.id is given twice"},
      {"sasl.password=hush\nsasl.password.file=empty", ":2:", "sasl.password is given twice"},
      {"acks=hush", ":1:", "setting 'acks'"},
      {"enable.idempotence=hush", ":1:", "setting 'enable.idempotence'"},
      {"isolation.level=hush", ":1:", "setting 'isolation.level'"},
      {"auto.offset.reset=hush", ":1:", "setting 'auto.offset.reset'"},
      {"group.id=hush", ":1:", "setting 'group.id'"},
      {"transactional.id=hush", ":1:", "setting 'transactional.id'"},
      {"max.in.flight=hush", ":1:", "setting 'max.in.flight'"},
      {"message.timeout.ms=hush", ":1:", "setting 'message.timeout.ms'"},
      {"bootstrap.servers=hush", ":1:", "setting 'bootstrap.servers'"},
      {"client.rack=hush", ":1:", "setting 'client.rack'"},
      {"debug=hush", ":1:", "setting 'debug'"},
      {"plugin.library.paths=hush", ":1:", "setting 'plugin.library.paths'"},
      {"test.mock.num.brokers=hush", ":1:", "setting 'test.mock.num.brokers'"},
      {"acks.file=empty", ":1:", "setting 'acks'"},
      {"sasl.password.file=", ":1:", "names no file"},
      {"sasl.password.file=missing", ":1:", "missing"},
      {"sasl.password.file=.", ":1:", "no regular file"},
      {"sasl.password.file=empty", ":1:", "sasl.password has no value"},
      {"sasl.password.file=zero", ":1:", "zero byte"},
      {"sasl.password.file=large", ":1:", "large"},
      {"sasl.password.file=open", ":1:", "may be read by everybody"},
      {many, ":101:", "the most"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto path = written(folder, "client.properties", row.text);
    const auto read = read_client_settings(path);
    REQUIRE(!read);
    CAPTURE(read.error().message);
    CHECK(read.error().message.starts_with(path + std::string(row.line)));
    CHECK(contains(read.error().message, row.expected));
    CHECK(!contains(read.error().message, "hush"));
  }
}

TEST_CASE("kafka settings: a secret is read only from files that others cannot read") {
  const TemporaryFolder folder;
  struct Row {
    std::string_view name;
    std::string text;
    mode_t mode;
    mode_t secret_mode;
    bool taken;
  };
  const Row rows[] = {
      {"for the owner", "sasl.password=hush", 0600, 0600, true},
      {"for a group", "sasl.password=hush", 0640, 0600, true},
      {"for everybody", "sasl.password=hush", 0644, 0600, false},
      {"no secret in it", "client.id=x\nssl.ca.location=/x", 0644, 0600, true},
      {"it names a file of the owner", "sasl.password.file=secret", 0644, 0600, true},
      {"it names a file of a group", "ssl.key.password.file=secret", 0644, 0640, true},
      {"it names a file for everybody", "ssl.key.password.file=secret", 0600, 0644, false},
      {"the file of a value that is no secret", "ssl.ca.pem.file=secret", 0600, 0644, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    written(folder, "secret", "hush", row.secret_mode);
    const auto read = read_client_settings(written(folder, "client.properties", row.text, row.mode));
    CHECK(read.has_value() == row.taken);
    if (read) continue;
    CHECK(read.error().code == ErrorCode::invalid_input);
    CHECK(contains(read.error().message, "may be read by everybody; chmod"));
  }
}

TEST_CASE("kafka settings: the file itself must be there, regular and not too large") {
  const TemporaryFolder folder;
  CHECK(code_of(read_client_settings(folder.path("missing"))) == ErrorCode::not_found);
  CHECK(code_of(read_client_settings(folder.path("."))) == ErrorCode::invalid_input);
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(code_of(read_client_settings(folder.path("pipe"))) == ErrorCode::invalid_input);
  const std::string line = "#" + std::string(1022, 'x') + "\n";
  std::string text;
  for (int i = 0; i < 64; ++i) text += line;
  CHECK(value_of(read_client_settings(written(folder, "largest", text))).empty());
  CHECK(code_of(read_client_settings(written(folder, "too large", text + "#"))) == ErrorCode::invalid_input);
}

TEST_CASE("kafka settings: the client refuses what the library does not take, by name, and what is the ledger's own") {
  struct Row {
    std::string name;
    std::string value;
    std::string_view expected;
  };
  const Row rows[] = {
      {"ssl.no.such", "hushhush", "ssl.no.such is not known to librdkafka"},
      {"security.protocol", "hushhush", "security.protocol has a value that librdkafka does not take"},
      {"acks", "0", "setting 'acks' cannot be given"},
      {"sasl.mechanism", "hushhush", "Unsupported SASL mechanism: <sasl.mechanism>"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientSettings settings{{row.name, row.value}};
    if (row.name.starts_with("sasl.")) settings["security.protocol"] = "sasl_ssl";
    const auto cluster = connect("127.0.0.1:9", settings, 1'000);
    REQUIRE(!cluster);
    CAPTURE(cluster.error().message);
    CHECK(cluster.error().code == ErrorCode::invalid_input);
    CHECK(contains(cluster.error().message, row.expected));
    CHECK(!contains(cluster.error().message, "hush"));
  }
}

TEST_CASE("kafka settings: no value of a setting survives in a text of the library") {
  const ClientSettings settings{{"sasl.password", "pass"}, {"sasl.username", "user"}, {"ssl.curves.list", "abc"}};
  CHECK(without_values("user with pass, passpass", settings) ==
        "<sasl.username> with <sasl.password>, <sasl.password><sasl.password>");
  CHECK(without_values("abc is too short to be told from words", settings) == "abc is too short to be told from words");
  CHECK(without_values("", settings).empty());
}

}  // namespace lotledger::tests
