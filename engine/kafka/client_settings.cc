// engine/kafka/client_settings.cc - the file that says how to reach a cluster and how to log in to it. It names
// secrets, so it is read strictly and nothing of a value ever gets into a message.
#include "engine/kafka/client.h"
#include "engine/kafka/librdkafka.h"
#include "engine/log/disk.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace lotledger::engine::kafka {

namespace {
constexpr std::size_t k_file_bytes_max = 64 * 1024;
constexpr std::size_t k_settings_max = 100;
constexpr std::string_view k_spaces = " \t";
constexpr std::string_view k_in_file = ".file";

/// Families of settings that may be given, and single ones. All else is the ledger's own: what it promises rests on
/// acks, idempotence, isolation, offsets and sizes as engine/kafka sets them.
constexpr std::array<std::string_view, 3> k_families{"broker.address.", "sasl.", "ssl."};
constexpr std::array<std::string_view, 8> k_single{
    "client.id",           "connections.max.idle.ms", "enable.ssl.certificate.verification", "linger.ms",
    "metadata.max.age.ms", "security.protocol",       "socket.connection.setup.timeout.ms",  "socket.keepalive.enable",
};
constexpr std::array<std::string_view, 5> k_secrets{
    "sasl.oauthbearer.client.secret", "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password",
};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(k_spaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(k_spaces) - begin + 1);
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Result<std::string> read_text(const std::string& path) {
  std::error_code error;
  // Opening a pipe would wait for its other end.
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    return fail(ErrorCode::invalid_input, path + ": is no regular file");
  }
  const auto disk = posix_disk();
  LL_ASSIGN(const auto bytes, read_file(*disk, path, k_file_bytes_max));
  return std::string(text_of(bytes));
}

Result<void> check_private(const std::string& path, std::string_view holds) {
  std::error_code error;
  const auto permissions = std::filesystem::status(path, error).permissions();
  if (error) return fail(ErrorCode::io, path + ": has no readable mode: " + error.message());
  if ((permissions & std::filesystem::perms::others_read) == std::filesystem::perms::none) return {};
  return fail(ErrorCode::invalid_input,
              path + ": holds " + std::string(holds) + " and may be read by everybody; chmod o-rwx " + path);
}

/// The content of the file that a line names; a relative path counts from the folder of the properties file.
Result<std::string> read_value_file(const std::string& properties, std::string_view name, std::string_view path) {
  if (path.empty()) return fail(ErrorCode::invalid_input, "names no file");
  const std::string resolved = (std::filesystem::path(properties).parent_path() / path).string();
  LL_ASSIGN(const std::string text, read_text(resolved));
  if (is_one_of(k_secrets, name)) LL_TRY(check_private(resolved, "a secret"));
  return std::string(without_line_end(text));
}

Result<void> check_value(const std::string& name, std::string_view value) {
  if (value.empty()) return fail(ErrorCode::invalid_input, name + " has no value");
  if (value.find('\0') == std::string_view::npos) return {};
  return fail(ErrorCode::invalid_input, name + ": its value holds a zero byte");
}

/// One `name=value` line into `settings`.
Result<void> read_line(const std::string& path, std::string_view line, ClientSettings& settings) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return fail(ErrorCode::invalid_input, "is no name=value");
  std::string name(trimmed(line.substr(0, equals)));
  std::string value(trimmed(line.substr(equals + 1)));
  const bool in_file = name.ends_with(k_in_file);
  if (in_file) name.resize(name.size() - k_in_file.size());
  LL_TRY(check_setting(name));
  if (settings.contains(name)) return fail(ErrorCode::invalid_input, name + " is given twice");
  if (settings.size() == k_settings_max) {
    return fail(ErrorCode::invalid_input,
                "is the setting after the first " + std::to_string(k_settings_max) + ", the most");
  }
  if (in_file) {
    LL_ASSIGN(value, read_value_file(path, name, value));
  } else if (is_one_of(k_secrets, name)) {
    LL_TRY(check_private(path, name));
  }
  LL_TRY(check_value(name, value));
  settings.emplace(std::move(name), std::move(value));
  return {};
}
}  // namespace

Result<void> check_setting(const std::string& name) {
  const bool in_family = std::any_of(k_families.begin(), k_families.end(),
                                     [&](std::string_view family) { return name.starts_with(family); });
  if (in_family || is_one_of(k_single, name)) return {};
  std::string may;
  for (const auto family : k_families) may += std::string(family) + "* ";
  for (const auto single : k_single) may += std::string(single) + " ";
  return fail(ErrorCode::invalid_input,
              "setting '" + name + "' cannot be given; those that can: " + std::string(trimmed(may)));
}

Result<ClientSettings> read_client_settings(const std::string& path) {
  LL_ASSIGN(const std::string text, read_text(path));
  ClientSettings settings;
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string_view line = trimmed(without_line_end(rest.substr(0, length)));
    rest.remove_prefix(length);
    if (line.empty() || line.starts_with('#')) continue;
    auto read = read_line(path, line, settings);
    if (read) continue;
    read.error().message = path + ":" + std::to_string(number) + ": " + read.error().message;
    return std::unexpected(std::move(read).error());
  }
  return settings;
}

}  // namespace lotledger::engine::kafka
