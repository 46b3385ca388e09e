// cli/demo/epcis_writer.cc - JSON by appending to one buffer; names and ids of the demo need no escaping.
#include "cli/demo/epcis_writer.h"
#include "cli/demo/parties.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr std::array<Style, k_systems> k_styles{{
    {.columns = "id,at,order,gtin,lot,quantity,uom,basis,until,location"},
    {.writing = Writing::urn, .ids = EventIds::none},
    {.writing = Writing::digital_link, .ids = EventIds::uuid, .writes_utc = true},
    {.writing = Writing::urn, .ids = EventIds::uuid, .has_record_time = true},
    {.columns = "id,at,type,order,gtin,lot,quantity,uom,from,location,into,reason"},
    {.columns = "id,at,order,state,gtin,quantity,uom,location"},
    {.columns = "id,at,order,type,gtin,lot,serial,serial_to,quantity,uom,location"},
    {.columns = "id,at,gtin,lot,serial,serial_to,quantity,uom,supplier_lot,owner,supplier,po,desadv,location"},
    {.columns = "id,at,gtin,serial,location,customer,rma"},
    {.columns = "id,at,gtin,lot,quantity,uom,location,consignee,ship_to,desadv"},
    {.writing = Writing::urn, .ids = EventIds::uuid},
    {.columns = "id,at,gtin,lot,status,hold,hold_kind,reason"},
    {.writing = Writing::digital_link, .ids = EventIds::url, .writes_utc = true},
}};
constexpr std::array<std::string_view, 3> k_actions{"ADD", "OBSERVE", "DELETE"};
constexpr LocalSeconds k_record_delay_s = 4;

std::array<std::string, k_places> make_sglns() {
  std::array<std::string, k_places> sglns;
  for (std::size_t i = 0; i < k_places; ++i) sglns[i] = fmt::format("urn:epc:id:sgln:{}.{:05}.0", k_own_prefix, 10 + i);
  sglns[static_cast<std::size_t>(Place::contractor)] = place_urn(contract_manufacturer());
  return sglns;
}

void append_uuid(std::string& to, DemoRandom& random) {
  const std::uint64_t high = (random.next() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random.next() & ~(3ULL << 62)) | (2ULL << 62);
  constexpr std::string_view k_digits = "0123456789abcdef";
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) to += '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    to += k_digits[(half >> (60 - 4 * (nibble % 16))) & 15];
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Error io_error(const std::filesystem::path& path, int code) {
  return {ErrorCode::io, fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(code))};
}

/// Closes `file` and tells whether all of it reached the operating system.
Result<void> close(File file, const std::filesystem::path& path) {
  const bool failed = std::ferror(file.get()) != 0;
  if (std::fclose(file.release()) != 0 || failed) return std::unexpected(io_error(path, errno));
  return {};
}

void put(const File& file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file.get());
}

std::string head_text(const Outbox::Head& head) {
  std::string text = fmt::format(
      R"({{"@context":{},"id":"https://epcis.lanan-medical.example/documents/{}","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"{}",)",
      json_context(), head.name, local_text(head.created_at));
  text += '\n';
  if (!head.master_data.empty()) {
    text += R"("epcisHeader":)";
    text += head.master_data;
    text += ",\n";
  }
  text += R"("epcisBody":{"eventList":[)";
  text += '\n';
  return text;
}

}  // namespace

const Style& style_of(System system) {
  return k_styles[static_cast<std::size_t>(system)];
}

std::string_view sgln_of(Place place) {
  static const std::array<std::string, k_places> sglns = make_sglns();
  return sglns[static_cast<std::size_t>(place)];
}

std::string_view json_context() {
  return R"(["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"cbvmda":"urn:epcglobal:cbv:mda:"}])";
}

void append_document_uri(std::string& to, const Document& document) {
  static const std::string beginning = "urn:epcglobal:cbv:bt:" + gln(k_own_prefix, "00000") + ':';
  to += beginning;
  to += document.prefix;
  append_number(to, document.number);
}

std::string withdrawal_of(std::string_view event, LocalSeconds declared_at, std::string_view corrective_id) {
  std::string text{event.substr(0, event.size() - 1)};
  text += R"(,"errorDeclaration":{"declarationTime":")";
  append_local(text, declared_at);
  if (corrective_id.empty()) return text + R"(","reason":"did_not_occur"}})";
  text += R"(","reason":"incorrect_data","correctiveEventIDs":[")";
  text += corrective_id;
  return text + R"("]}})";
}

Result<void> write_text(const std::filesystem::path& path, std::string_view text) {
  File file{std::fopen(path.c_str(), "wb")};
  if (file == nullptr) return std::unexpected(io_error(path, errno));
  put(file, text);
  return close(std::move(file), path);
}

std::string_view Outbox::last_text() const {
  const Entry& entry = entries_.back();
  return std::string_view{text_}.substr(entry.offset, entry.length);
}

void Outbox::send_text(LocalSeconds at, std::string_view event) {
  entries_.push_back({at, text_.size(), event.size()});
  text_ += event;
}

void Outbox::replace_last(std::string_view event) {
  const LocalSeconds at = entries_.back().at;
  text_.resize(entries_.back().offset);
  entries_.pop_back();
  send_text(at, event);
}

void Outbox::append_event_id() {
  event_id_.clear();
  switch (style_.ids) {
    case EventIds::uuid:
      event_id_ = "urn:uuid:";
      append_uuid(event_id_, id_random_);
      return;
    case EventIds::url:
      event_id_ = "https://wms.lanan-medical.example/events/";
      append_number(event_id_, static_cast<std::int64_t>(++url_number_));
      return;
    case EventIds::none: return;
  }
}

Result<Outbox::Written> Outbox::write(const std::filesystem::path& path, const Head& head) {
  std::vector<std::size_t> order(entries_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [this](std::size_t i) { return std::pair{entries_[i].at, i}; });

  File file{std::fopen(path.c_str(), "wb")};
  if (file == nullptr) return std::unexpected(io_error(path, errno));
  const bool rows = !style_.columns.empty();
  const std::string beginning = rows ? std::string{style_.columns} + '\n' : head_text(head);
  put(file, beginning);
  Written written;
  auto line = static_cast<std::uint64_t>(std::ranges::count(beginning, '\n'));
  for (std::size_t place = 0; place < order.size(); ++place) {
    const Entry& entry = entries_[order[place]];
    ++line;
    if (marked_ == order[place]) written.marked_line = line;
    put(file, std::string_view{text_}.substr(entry.offset, entry.length));
    put(file, rows || place + 1 == order.size() ? "\n" : ",\n");
  }
  if (!rows) put(file, "]}}\n");
  text_.clear();
  entries_.clear();
  marked_.reset();
  LL_TRY(close(std::move(file), path));
  return written;
}

Event::Event(Outbox& outbox, std::string_view type, LocalSeconds at)
    : outbox_(outbox), at_(at), offset_(outbox.text_.size()) {
  std::string& to = outbox_.text_;
  const Style& style = outbox_.style_;
  outbox_.append_event_id();
  to += R"({"type":")";
  to += type;
  if (!outbox_.event_id_.empty()) {
    to += R"(","eventID":")";
    to += outbox_.event_id_;
  }
  to += R"(","eventTime":")";
  if (style.writes_utc) {
    append_utc(to, at);
  } else {
    append_local(to, at);
  }
  to += R"(","eventTimeZoneOffset":"+08:00")";
  if (style.has_record_time) {
    to += R"(,"recordTime":")";
    append_local(to, at + k_record_delay_s);
    to += '"';
  }
}

void Event::member(std::string_view name) {
  std::string& to = outbox_.text_;
  to += ",\"";
  to += name;
  to += "\":";
}

Event& Event::action(Action action) {
  return text("action", k_actions[static_cast<std::size_t>(action)]);
}

Event& Event::parent(Piece piece) {
  member("parentID");
  outbox_.text_ += '"';
  append_piece(outbox_.text_, outbox_.style_.writing, piece);
  outbox_.text_ += '"';
  return *this;
}

Event& Event::labelled_parent(Piece piece, std::string_view lot) {
  member("parentID");
  std::string& to = outbox_.text_;
  to += R"("https://id.lanan-medical.example/01/)";
  to += text_of(piece.item).gtin;
  to += "/10/";
  to += lot;
  to += "/21/";
  append_serial_number(to, piece);
  to += '"';
  return *this;
}

Event& Event::parent(Sscc sscc) {
  member("parentID");
  outbox_.text_ += '"';
  append_sscc(outbox_.text_, outbox_.style_.writing, sscc);
  outbox_.text_ += '"';
  return *this;
}

Event& Event::pieces(std::string_view name, std::span<const Piece> pieces) {
  member(name);
  std::string& to = outbox_.text_;
  char before = '[';
  for (const Piece piece : pieces) {
    to += before;
    to += '"';
    append_piece(to, outbox_.style_.writing, piece);
    to += '"';
    before = ',';
  }
  to += ']';
  return *this;
}

Event& Event::ssccs(std::string_view name, std::span<const Sscc> ssccs) {
  member(name);
  std::string& to = outbox_.text_;
  char before = '[';
  for (const Sscc sscc : ssccs) {
    to += before;
    to += '"';
    append_sscc(to, outbox_.style_.writing, sscc);
    to += '"';
    before = ',';
  }
  to += ']';
  return *this;
}

Event& Event::amounts(std::string_view name, std::span<const LotAmount> amounts) {
  member(name);
  std::string& to = outbox_.text_;
  char before = '[';
  for (const LotAmount& amount : amounts) {
    to += before;
    to += R"({"epcClass":")";
    append_lot(to, outbox_.style_.writing, amount.item, amount.lot);
    to += R"(","quantity":)";
    if (text_of(amount.item).by_weight) {
      to += amount_text(amount.item, amount.amount);
      to += R"(,"uom":"KGM")";
    } else {
      append_number(to, amount.amount);
    }
    to += '}';
    before = ',';
  }
  to += ']';
  return *this;
}

Event& Event::text(std::string_view name, std::string_view value) {
  member(name);
  outbox_.text_ += '"';
  outbox_.text_ += value;
  outbox_.text_ += '"';
  return *this;
}

Event& Event::raw(std::string_view name, std::string_view json) {
  member(name);
  outbox_.text_ += json;
  return *this;
}

Event& Event::step(std::string_view business_step, std::string_view disposition) {
  text("bizStep", business_step);
  return disposition.empty() ? *this : text("disposition", disposition);
}

Event& Event::place(Place read_point, Place business_location) {
  std::string& to = outbox_.text_;
  member("readPoint");
  to += R"({"id":")";
  to += sgln_of(read_point);
  to += R"("},"bizLocation":{"id":")";
  to += sgln_of(business_location);
  to += "\"}";
  return *this;
}

Event& Event::documents(std::span<const Document> documents) {
  member("bizTransactionList");
  std::string& to = outbox_.text_;
  char before = '[';
  for (const Document& document : documents) {
    to += before;
    to += R"({"type":")";
    to += document.type;
    to += R"(","bizTransaction":")";
    append_document_uri(to, document);
    to += "\"}";
    before = ',';
  }
  to += ']';
  return *this;
}

void Event::done() {
  outbox_.text_ += '}';
  outbox_.entries_.push_back({at_, offset_, outbox_.text_.size() - offset_});
}

}  // namespace lotledger::cli::demo
