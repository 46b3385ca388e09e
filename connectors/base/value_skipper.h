// connectors/base/value_skipper.h - finds the end of a JSON value without parsing it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lotledger::connectors {

/// Follows one JSON value byte by byte to its end: brackets, strings, escapes. A line end inside a string ends the
/// string, because JSON allows none there: a forgotten quote then spoils one line and not the rest of the file.
class ValueSkipper {
 public:
  enum class State : std::uint8_t { inside, done, mismatch };
  /// Consumes from `bytes`; returns how many. Look at state() afterwards.
  [[nodiscard]] std::size_t feed(std::string_view bytes);
  [[nodiscard]] State state() const { return state_; }

 private:
  void feed_string(std::string_view bytes, std::size_t& i);
  void feed_structure(char c);
  State state_ = State::inside;
  bool started_ = false;
  bool scalar_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  std::string closers_;
  std::size_t deeper_ = 0;  ///< Levels beyond those whose kind is remembered.
};

}  // namespace lotledger::connectors
