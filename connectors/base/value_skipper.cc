// connectors/base/value_skipper.cc - brackets, quotes and backslashes; all other bytes are passed in runs.
#include "connectors/base/value_skipper.h"

#include <array>

namespace lotledger::connectors {

namespace {

/// Deeper levels are only counted: that deep, nothing is accepted anyway.
constexpr std::size_t k_remembered_levels = 1024;

constexpr bool ends_scalar(char c) {
  return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// For each byte, whether the structure of a value changes there.
constexpr std::array<bool, 256> structural_bytes() {
  std::array<bool, 256> table{};
  for (const char c : {'"', '{', '}', '[', ']'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> k_structural = structural_bytes();

constexpr std::array<bool, 256> string_bytes() {
  std::array<bool, 256> table{};
  for (const char c : {'"', '\\', '\n'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> k_in_string = string_bytes();

}  // namespace

void ValueSkipper::feed_structure(char c) {
  if (c == '"') {
    in_string_ = true;
  } else if (c == '{' || c == '[') {
    if (closers_.size() < k_remembered_levels) {
      closers_.push_back(c == '{' ? '}' : ']');
    } else {
      ++deeper_;
    }
  } else if (deeper_ > 0) {
    --deeper_;
  } else if (closers_.empty() || closers_.back() != c) {
    state_ = State::mismatch;
  } else {
    closers_.pop_back();
    if (closers_.empty()) state_ = State::done;
  }
}

void ValueSkipper::feed_string(std::string_view bytes, std::size_t& i) {
  if (escaped_ && bytes[i] != '\n') {
    escaped_ = false;
    ++i;
    return;
  }
  escaped_ = false;
  while (i < bytes.size() && !k_in_string[static_cast<unsigned char>(bytes[i])]) ++i;
  if (i == bytes.size()) return;
  const char c = bytes[i++];
  escaped_ = c == '\\';
  in_string_ = escaped_;
  if (!in_string_ && closers_.empty()) state_ = State::done;
}

std::size_t ValueSkipper::feed(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size() && state_ == State::inside) {
    if (in_string_) {
      feed_string(bytes, i);
      continue;
    }
    if (scalar_ || !started_) {
      const char c = bytes[i];
      if (scalar_ && ends_scalar(c)) {
        state_ = State::done;
        break;
      }
      scalar_ = !k_structural[static_cast<unsigned char>(c)];
      started_ = true;
      if (scalar_) {
        ++i;
        continue;
      }
    }
    while (i < bytes.size() && !k_structural[static_cast<unsigned char>(bytes[i])]) ++i;
    if (i < bytes.size()) feed_structure(bytes[i++]);
  }
  return i;
}

}  // namespace lotledger::connectors
