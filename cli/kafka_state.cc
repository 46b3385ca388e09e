// cli/kafka_state.cc - the file `state`: one JSON object.
#include "cli/kafka_state.h"

#include "cli/json.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace lotledger::cli {

namespace {

constexpr std::size_t k_state_bytes_max = 64 << 10;
/// Of a message from below; what is longer is cut, so that the file can always be read again.
constexpr std::size_t k_error_bytes_max = 4 << 10;

std::string path_of(const std::string& folder) {
  return folder + "/state";
}

/// Takes members out of the object; `good` turns false at the first that is missing or of another form.
class Members {
 public:
  explicit Members(Json json) : json_(std::move(json)), good_(json_.is_object()) {}

  std::string text(const char* name) {
    const Json* found = member(name);
    if (found != nullptr && found->is_string()) return found->get<std::string>();
    good_ = false;
    return {};
  }

  template <typename Number>
  Number number(const char* name) {
    const std::string digits = text(name);
    Number value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    good_ = good_ && error == std::errc{} && end == digits.data() + digits.size();
    return value;
  }

  Instant instant(const char* name) {
    const auto parsed = parse_instant(text(name));
    good_ = good_ && parsed.has_value();
    return parsed.has_value() ? parsed->at : Instant{};
  }

  bool null(const char* name) {
    const Json* found = member(name);
    return found != nullptr && found->is_null();
  }

  std::optional<Instant> instant_or_null(const char* name) {
    return null(name) ? std::nullopt : std::optional(instant(name));
  }

  [[nodiscard]] bool good() const { return good_; }

 private:
  [[nodiscard]] const Json* member(const char* name) const {
    return json_.is_object() && json_.contains(name) ? &json_[name] : nullptr;
  }

  Json json_;
  bool good_;
};

}  // namespace

Result<void> write_state(engine::Disk& disk, const std::string& folder, const KafkaState& state) {
  const Json json{{"at", format_utc(state.at)},
                  {"process", state.process},
                  {"producer", state.producer},
                  {"epoch", std::to_string(state.epoch.number)},
                  {"writer", std::to_string(state.epoch.writer)},
                  {"current_at", instant_json(state.current_at)},
                  {"lag", std::to_string(state.lag)},
                  {"seq", state.seq == k_no_seq ? Json() : Json(std::to_string(state.seq))},
                  {"read", std::to_string(state.read)},
                  {"last_error", state.last_error.substr(0, k_error_bytes_max)},
                  {"last_error_at", instant_json(state.last_error_at)}};
  return engine::replace_file(disk, path_of(folder), bytes_of(pretty(json) + "\n"));
}

Result<std::optional<KafkaState>> read_state(engine::Disk& disk, const std::string& folder) {
  const auto bytes = engine::read_file(disk, path_of(folder), k_state_bytes_max);
  if (!bytes.has_value() && bytes.error().code == ErrorCode::not_found) return std::optional<KafkaState>();
  if (!bytes.has_value()) return std::unexpected(bytes.error());
  Members members(Json::parse(lotledger::text_of(*bytes), nullptr, false));
  KafkaState state;
  state.at = members.instant("at");
  state.process = members.text("process");
  state.producer = members.text("producer");
  state.epoch = {members.number<std::uint64_t>("epoch"), members.number<std::uint64_t>("writer")};
  state.current_at = members.instant_or_null("current_at");
  state.lag = members.number<std::uint64_t>("lag");
  state.seq = members.null("seq") ? k_no_seq : members.number<Seq>("seq");
  state.read = members.number<engine::kafka::Offset>("read");
  state.last_error = members.text("last_error");
  state.last_error_at = members.instant_or_null("last_error_at");
  if (members.good()) return std::optional(std::move(state));
  return fail(ErrorCode::corrupt, path_of(folder) + " is damaged; the process that runs the node replaces it");
}

Result<void> remove_state(engine::Disk& disk, const std::string& folder) {
  LL_ASSIGN(const bool exists, disk.exists(path_of(folder)));
  return exists ? disk.remove(path_of(folder)) : Result<void>{};
}

}  // namespace lotledger::cli
