// connectors/epcis/document.h - reads EPCIS 2.0 JSON and EPCIS 2.0 or 1.2 XML of any size, event by event: documents,
// query results, bare events. Nothing in a file vanishes: every byte range is an event, a bad event with its reasons,
// master data, or a named rest.
#pragma once

#include "connectors/base/fault.h"
#include "connectors/epcis/model.h"
#include "connectors/epcis/scanner.h"
#include "engine/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lotledger::connectors::epcis {

/// Where a thing stands in its file.
struct Origin {
  std::uint64_t offset = 0;  ///< Of its first byte, from 0.
  std::uint64_t length = 0;  ///< In bytes.
  std::uint64_t line = 1;    ///< Of its first byte, from 1.
  std::size_t number = 0;    ///< Events are counted from 1 in file order, bad ones included; 0 for anything else.
  std::string path;          ///< `epcisBody.eventList[3]`; empty for an event outside a document.
};

/// An event that passed validation.
struct GoodEvent {
  Event event;
  Origin origin;
  std::vector<Fault> notes;  ///< Oddities that are no reason to refuse.
};

/// Something that was not taken.
struct BadItem {
  enum class Kind : std::uint8_t {
    event,        ///< One event; the others are not affected.
    master_data,  ///< One vocabulary.
    document,     ///< The document around the events: a head member missing or wrong. Its events are delivered all the
                  ///< same.
    unreadable,   ///< From origin.offset to the end of the file nothing could be followed.
  };
  Kind kind = Kind::event;
  Origin origin;
  std::string event_id;       ///< Where one could be found, even in broken JSON.
  std::vector<Fault> faults;  ///< At least one.
  std::string raw;            ///< The bytes as they stand in the file; of XML, with the namespace declarations needed.
  bool raw_is_whole = true;   ///< False when `raw` is only their beginning.
};

struct MasterDataItem {
  MasterData data;
  Origin origin;
};

using Item = std::variant<GoodEvent, BadItem, MasterDataItem>;

/// What is known of a document before its first event; members that stand behind the events are missing here.
struct DocumentInfo {
  Layout layout = Layout::document;
  std::string type;  ///< `EPCISDocument`, `EPCISQueryDocument`, or empty.
  std::string schema_version;
  std::string creation_date;
  std::string sender;
  std::string receiver;
  std::string instance_identifier;
};

/// Reads one file from its beginning to its end. Memory is bounded by the limits of scanner.h, whatever the file holds.
/// Not for use by two threads at once.
class DocumentReader {
 public:
  /// not_found and io as open_file(); invalid_input when the file is empty or is plainly neither JSON nor
  /// XML.
  [[nodiscard]] static Result<std::unique_ptr<DocumentReader>> open(const std::string& path);
  /// As open(), over any source; `name` stands in messages.
  [[nodiscard]] static Result<std::unique_ptr<DocumentReader>> over(std::unique_ptr<ByteSource> source,
                                                                    std::string name);
  ~DocumentReader();
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const DocumentInfo& info() const;

  /// The next item, or nullopt at the end. Faults of the document itself come where they are found, those of its head
  /// last. io when the file can no longer be read.
  [[nodiscard]] Result<std::optional<Item>> next();

 private:
  class State;
  explicit DocumentReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// `orders.json: line 57, event 4 (eventID urn:uuid:...): epcisBody.eventList[3].action: "SHIP": is no action (ADD,
/// ...)`.
[[nodiscard]] std::string describe(std::string_view file, const BadItem& item, const Fault& fault);

}  // namespace lotledger::connectors::epcis
