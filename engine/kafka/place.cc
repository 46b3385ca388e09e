// engine/kafka/place.cc - the file `place`: lines of a name and a value.
#include "engine/kafka/place.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace lotledger::engine::kafka {

namespace {

constexpr std::string_view k_title = "lotledger kafka place 1";
constexpr std::size_t k_place_bytes_max = 4096;

std::string path_of(const std::string& folder) {
  return folder + "/place";
}

std::string text_of_place(const Place& place) {
  std::string text(k_title);
  const auto line = [&](std::string_view name, const std::string& value) {
    text.append("\n").append(name).append(" ").append(value);
  };
  line("offset", std::to_string(place.offset));
  line("seq", std::to_string(place.head.seq));
  line("leaf", place.head.leaf.hex());
  for (std::size_t cause = 0; cause < k_skips; ++cause)
    line(name_of(static_cast<Skip>(cause)), std::to_string(place.skipped[cause]));
  return text + "\n";
}

/// Takes the lines off one by one, in the order in which they were written.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool title() { return line() == k_title; }

  template <typename Number>
  [[nodiscard]] bool number(std::string_view name, Number& value) {
    const std::string_view text = value_of(name);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
  }

  [[nodiscard]] bool digest(std::string_view name, Digest& value) {
    const ByteVector bytes = from_hex(value_of(name));
    if (bytes.size() != value.bytes.size()) return false;
    std::ranges::copy(bytes, value.bytes.begin());
    return true;
  }

  [[nodiscard]] bool end() const { return rest_.empty(); }

 private:
  std::string_view line() {
    const std::size_t size = rest_.find('\n');
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size == std::string_view::npos ? rest_.size() : size + 1);
    return found;
  }

  std::string_view value_of(std::string_view name) {
    std::string_view found = line();
    if (!found.starts_with(name) || found.size() <= name.size() || found[name.size()] != ' ') return {};
    return found.substr(name.size() + 1);
  }

  std::string_view rest_;
};

bool parse_place(std::string_view text, Place& place) {
  Lines lines(text);
  if (!lines.title() || !lines.number("offset", place.offset) || !lines.number("seq", place.head.seq) ||
      !lines.digest("leaf", place.head.leaf))
    return false;
  for (std::size_t cause = 0; cause < k_skips; ++cause) {
    if (!lines.number(name_of(static_cast<Skip>(cause)), place.skipped[cause])) return false;
  }
  return lines.end();
}

}  // namespace

Result<Place> read_place(Disk& disk, const std::string& folder) {
  LL_ASSIGN(const bool exists, disk.exists(path_of(folder)));
  if (!exists) return Place{};
  LL_ASSIGN(const ByteVector bytes, read_file(disk, path_of(folder), k_place_bytes_max));
  Place place;
  if (!parse_place(lotledger::text_of(bytes), place))
    return fail(ErrorCode::corrupt, path_of(folder) + " is damaged; without it the topic is read from its start");
  return place;
}

Result<void> write_place(Disk& disk, const std::string& folder, const Place& place) {
  return replace_file(disk, path_of(folder), bytes_of(text_of_place(place)));
}

}  // namespace lotledger::engine::kafka
