// engine/base/result.h - the two ways in which an operation of ours ends: a value, or an error that names thing and
// place. A rule that says no is not an error; see engine/base/decision.h. A bug is not an error either; see
// engine/base/assert.h.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace lotledger {

/// What a caller may do about a failure. Callers act on the code; people read the message.
enum class ErrorCode : std::uint8_t {
  not_found,      ///< The named thing does not exist.
  corrupt,        ///< Stored bytes differ from what was written. Never retried, never repaired silently.
  io,             ///< The operating system refused; the state of the file is unknown.
  unavailable,    ///< Nobody can answer now; the only code that may be retried.
  conflict,       ///< Somebody else was first, or the expected state has moved on.
  invalid_input,  ///< The caller's bytes or words are wrong; the message names place, value and cure.
};

/// A failure of the world. `message` names the thing and the position, in words for the person who must act.
struct Error {
  ErrorCode code = ErrorCode::io;
  std::string message;
};

/// A value or an Error. Unlike std::expected itself, functions returning one are declared [[nodiscard]].
template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

[[nodiscard]] std::string_view name_of(ErrorCode code);

/// Drops a result on purpose. The reason is for the reader of the code; search for "ignore(" to review them all.
template <typename T>
void ignore(const Result<T>&, std::string_view /*reason*/) {}

}  // namespace lotledger

#define LL_CONCAT_INNER(a, b) a##b
#define LL_CONCAT(a, b) LL_CONCAT_INNER(a, b)

/// Returns the error of a Result<void> expression to the caller.
#define LL_TRY(expression)                                       \
  do {                                                           \
    if (auto ll_result = (expression); !ll_result.has_value()) { \
      return std::unexpected(std::move(ll_result).error());      \
    }                                                            \
  } while (false)

/// Declares `declaration` from a Result, or returns its error: LL_ASSIGN(const auto size, file->size());
#define LL_ASSIGN(declaration, expression) LL_ASSIGN_IMPL(LL_CONCAT(ll_result_, __LINE__), declaration, expression)
#define LL_ASSIGN_IMPL(name, declaration, expression) \
  auto name = (expression);                           \
  if (!name.has_value()) {                            \
    return std::unexpected(std::move(name).error());  \
  }                                                   \
  declaration = std::move(*name)
