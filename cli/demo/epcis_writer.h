// cli/demo/epcis_writer.h - writes EPCIS 2.0 events as JSON, one to a line, and files of them (GS1 EPCIS 2.0, 2022).
// An Outbox gathers what one source system reports in a week, events or plain rows; it is sorted by time when it is
// written.
#pragma once

#include "cli/demo/calendar.h"
#include "cli/demo/catalogue.h"
#include "cli/demo/random.h"
#include "engine/base/result.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli::demo {

/// Types of event, as EPCIS 2.0 names them.
inline constexpr std::string_view k_object = "ObjectEvent";
inline constexpr std::string_view k_aggregation = "AggregationEvent";
inline constexpr std::string_view k_association = "AssociationEvent";

/// Source systems in the order in which their files of a week are imported, which is that of their names. Those of the
/// ERP export plain rows, one file a kind; scanners and partners tell EPCIS events.
enum class System : std::uint8_t {
  consumption,
  contractor,
  distributor,
  mes,
  moves,
  orders,
  production,
  receipts,
  returns,
  shipments,
  shipping,
  status,
  wms
};
inline constexpr std::size_t k_systems = 13;

/// How a system names events: by UUID, by its own URL, or not at all, which EPCIS allows.
enum class EventIds : std::uint8_t { uuid, url, none };

/// Habits of a source system.
struct Style {
  Writing writing = Writing::urn;
  EventIds ids = EventIds::uuid;
  bool writes_utc = false;        ///< eventTime in UTC instead of site time; the offset is +08:00 in both cases.
  bool has_record_time = false;   ///< States when it recorded the event.
  std::string_view columns = {};  ///< Header of plain rows; empty where the system tells EPCIS events.
};
[[nodiscard]] const Style& style_of(System system);

/// Amount of a lot: grams for what is weighed, pieces otherwise.
struct LotAmount {
  Item item = Item::titanium_bar;
  std::string lot;
  std::int64_t amount = 0;
};

/// A business document of the plant: CBV type and number.
struct Document {
  std::string_view type;    ///< CBV word or own URI.
  std::string_view prefix;  ///< `WO-`, `DN-`
  std::int64_t number = 0;
};

/// Places, as read point and business location: those of the parts plant first, then the pump plant's, then the
/// contract manufacturer's floor.
enum class Place : std::uint8_t {
  parts_goods_in,
  parts_store,
  machining,
  parts_dock,
  goods_in,
  raw_store,
  electronics,
  assembly,
  packing,
  sterilisation,
  finished_goods,
  dock,
  quarantine,
  contractor
};
inline constexpr std::size_t k_places = 14;
[[nodiscard]] std::string_view sgln_of(Place place);

enum class Action : std::uint8_t { add, observe, remove };

/// Serialised events or rows of one file, not yet in order of time.
class Outbox {
 public:
  explicit Outbox(const Style& style, std::uint64_t id_seed) : style_(style), id_random_(id_seed) {}

  [[nodiscard]] const Style& style() const { return style_; }
  [[nodiscard]] std::size_t count() const { return entries_.size(); }
  /// Text of the event that was sent last, without its line end; valid until the next one begins.
  [[nodiscard]] std::string_view last_text() const;
  /// Adds `event`, complete text, as having happened at `at`.
  void send_text(LocalSeconds at, std::string_view event);
  /// Puts other text in the place of the event that was sent last.
  void replace_last(std::string_view event);
  /// Remembers the event that was sent last, so that write() returns its line.
  void mark_last() { marked_ = entries_.size() - 1; }

  /// Where things stand in a written file.
  struct Written {
    std::optional<std::uint64_t> marked_line;  ///< 1-based line of the marked event.
  };
  /// Everything of an EPCIS document before its list of events.
  struct Head {
    std::string_view name;  ///< Ends the document's id.
    LocalSeconds created_at = 0;
    std::string_view master_data;  ///< Text of epcisHeader, or empty.
  };
  /// Writes the file in order of time and empties the outbox. io when the file cannot be written.
  [[nodiscard]] Result<Written> write(const std::filesystem::path& path, const Head& head);

 private:
  friend class Event;
  struct Entry {
    LocalSeconds at = 0;
    std::size_t offset = 0;
    std::size_t length = 0;
  };
  void append_event_id();

  Style style_;
  DemoRandom id_random_;
  std::uint64_t url_number_ = 0;
  std::string text_;
  std::string event_id_;
  std::vector<Entry> entries_;
  std::optional<std::size_t> marked_;
};

/// One event under construction at the end of an outbox. Members are written in the order of the calls; done() files
/// it.
class Event {
 public:
  Event(Outbox& outbox, std::string_view type, LocalSeconds at);

  Event& action(Action action);
  Event& parent(Piece piece);
  Event& parent(Sscc sscc);
  /// The parent as the packing line reads it off the label: a Digital Link on the maker's own domain, lot included.
  Event& labelled_parent(Piece piece, std::string_view lot);
  Event& pieces(std::string_view member, std::span<const Piece> pieces);
  Event& ssccs(std::string_view member, std::span<const Sscc> ssccs);
  Event& amounts(std::string_view member, std::span<const LotAmount> amounts);
  /// A text member whose value needs no escaping.
  Event& text(std::string_view member, std::string_view value);
  /// A member whose value is JSON already.
  Event& raw(std::string_view member, std::string_view json);
  /// `disposition` may be empty.
  Event& step(std::string_view business_step, std::string_view disposition);
  Event& place(Place read_point, Place business_location);
  Event& documents(std::span<const Document> documents);
  /// Id of the event; empty where its system gives none.
  [[nodiscard]] const std::string& id() const { return outbox_.event_id_; }
  void done();

 private:
  void member(std::string_view name);

  Outbox& outbox_;
  LocalSeconds at_;
  std::size_t offset_;
};

/// `urn:epcglobal:cbv:bt:<own GLN>:WO-70000001`
void append_document_uri(std::string& to, const Document& document);
/// `event` as it is sent again to take it back (EPCIS 2.0 section 7.4.1.3): the same text with an errorDeclaration at
/// its end. `corrective_id` is the id of the event that tells it rightly, or empty.
[[nodiscard]] std::string withdrawal_of(std::string_view event, LocalSeconds declared_at,
                                        std::string_view corrective_id);
/// The `@context` value of every document of the demo.
[[nodiscard]] std::string_view json_context();
/// Creates `path` with `text`. io with the path and the system's reason when that fails.
[[nodiscard]] Result<void> write_text(const std::filesystem::path& path, std::string_view text);

}  // namespace lotledger::cli::demo
