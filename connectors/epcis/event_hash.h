// connectors/epcis/event_hash.h - the event hash of GS1 CBV 2.0, section 8.9: one identifier for one event, however it
// is written. It tells whether two sendings are the same event; it proves nothing about who sent them.
#pragma once

#include "connectors/epcis/event_tree.h"
#include "engine/base/hash.h"

#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

/// How numbers enter the string that is hashed.
enum class NumberForm : std::uint8_t {
  /// As published hashes have them: what looks like a number is read as an IEEE 754 double, so that 16 and more
  /// significant digits are rounded. This is what eventIDs of the form ni:///sha-256;... compare with.
  cbv,
  /// Exactly, without superfluous zeros; names of CBV master data in one writing. Differs from cbv for long numbers,
  /// for exponents, and for XML that writes the namespace of CBV master data without its last colon.
  exact,
};

/// The string that is hashed: the fields in the order of the standard, values in canonical form, lists and extensions
/// sorted. eventID, recordTime, errorDeclaration, @context and comments are left out. Pure.
[[nodiscard]] std::string pre_hash(const EventTree& tree, NumberForm numbers = NumberForm::cbv);

/// Both digests of one event.
struct EventDigests {
  Digest hash;     ///< SHA-256 of pre_hash(tree, cbv): the CBV event hash.
  Digest content;  ///< SHA-256 of pre_hash(tree, exact); equal to `hash` for most events.
};
[[nodiscard]] EventDigests digests_of(const EventTree& tree);

/// `ni:///sha-256;<hex>?ver=CBV2.0`.
[[nodiscard]] std::string event_hash_uri(const Digest& hash);

/// One value in canonical form: trimmed; CBV URNs and the CURIEs of GS1 as web URIs; numbers without superfluous zeros;
/// EPC URNs and Digital Links as canonical Digital Links.
[[nodiscard]] std::string canonical_value(std::string_view text, NumberForm numbers);
/// An instant in UTC with milliseconds, the fourth decimal rounded half up; any other text as it is.
[[nodiscard]] std::string canonical_time(std::string_view text);

}  // namespace lotledger::connectors::epcis
