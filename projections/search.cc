// projections/search.cc - texts that people may hold a scrap of, each with where it was first mentioned.
//
//   t <folded text> 00 <kind><field> 00 <subject>  -> hit
//   t <folded text> 00 <event> 00 <seq>            -> hit of an event id, one for each mention
//   b <seq>                                        -> record that could not be read
//
// A hit's value holds all its members, so keys are never taken apart: they order the texts and make each one unique.
#include "projections/search.h"

#include "engine/codec/parts.h"
#include "projections/event_units.h"
#include "projections/keys.h"
#include "projections/unreadable.h"

#include <algorithm>
#include <array>
#include <map>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;

constexpr std::string_view k_event_id = "event id";

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// In a key a folded text ends at the first zero byte, so it must not hold one itself.
std::string folded_key(std::string_view text) {
  std::string key(text);
  for (char& c : key) c = c == '\0' ? '\1' : folded(c);
  return key_text(key);
}

void append_text(std::string& to, std::string_view text) {
  append_be32(to, static_cast<std::uint32_t>(text.size()));
  to.append(text);
}

/// Takes a text off the front of `from`.
std::string_view take_text(std::string_view& from) {
  const std::size_t size = load_be32(from.data());
  const std::string_view text = from.substr(4, size);
  from.remove_prefix(4 + size);
  return text;
}

std::string value_of(const Hit& hit) {
  std::string value(1, static_cast<char>(hit.kind));
  append_be64(value, hit.first.seq);
  append_be32(value, hit.first.index);
  append_text(value, hit.field);
  append_text(value, hit.key.bytes());
  append_text(value, hit.text);
  return value;
}

/// The parts of a stored hit, read in place: a search looks at every one.
struct StoredHit {
  explicit StoredHit(std::string_view value)
      : kind(static_cast<HitKind>(value[0])), first{load_be64(value.data() + 1), load_be32(value.data() + 9)} {
    value.remove_prefix(13);
    field = take_text(value);
    key = take_text(value);
    text = take_text(value);
  }
  [[nodiscard]] Hit hit() const {
    return {kind, UnitKey(std::string(key)), std::string(text), std::string(field), first};
  }

  HitKind kind;
  EventPosition first;
  std::string_view field, key, text;
};

/// The number of a GS1 key as printed on a label, without its application identifier; all of any other key.
std::string bare_number(const UnitKey& key) {
  const std::string ref = key.ref();
  const std::size_t end = ref.starts_with('(') ? ref.find(')') : std::string::npos;
  return end == std::string::npos ? ref : ref.substr(end + 1);
}

/// Indexes the texts of one record.
class SearchFold {
 public:
  SearchFold(Seq seq, const schema::Body& body, Store& store, FoldMemo<bool>& mentioned)
      : body_(body), store_(store), mentioned_(mentioned) {
    position_.seq = seq;
  }

  void record() {
    const schema::Source& source = *body_.source();
    if (const auto id = view_of(source.message_id()); !id.empty()) event_id(id);
    for (std::uint32_t index = 0; index < body_.events()->size(); ++index) {
      position_.index = index;
      event(*body_.events()->Get(index));
    }
  }

 private:
  void event(const schema::Event& event) {
    for_each_unit(event, [this](const engine::codec::AmountView& named) {
      unit(named.key);
      if (!named.lot.empty()) unit(named.lot);
    });
    if (event.context() != nullptr) context(*event.context());
    switch (event.area_type()) {
      case schema::AreaEvent::party: return party(*event.area_as_party());
      case schema::AreaEvent::production: return production(*event.area_as_production());
      case schema::AreaEvent::item: return item(*event.area_as_item());
      case schema::AreaEvent::system:
      case schema::AreaEvent::lot:
      case schema::AreaEvent::warehouse:
      case schema::AreaEvent::order:
      case schema::AreaEvent::identity:
      case schema::AreaEvent::correction:
      case schema::AreaEvent::intake:
      case schema::AreaEvent::judgement:
      case schema::AreaEvent::NONE: return;
    }
  }

  void unit(std::string_view key) {
    if (fresh('u', key)) unit(UnitKey(std::string(key)));
  }
  void unit(const UnitKey& key) {
    const UnitType type = key.type();
    switch (type) {
      case UnitType::lot: return part_of_item(key, key.lot());
      case UnitType::serial: return part_of_item(key, key.serial());
      case UnitType::item_class:
        mention(HitKind::unit, key, key.item().empty() ? bare_number(key) : std::string(key.item()), "item");
        return;
      case UnitType::container:
      case UnitType::opaque: mention(HitKind::unit, key, bare_number(key), name_of(type)); return;
      case UnitType::location:
      case UnitType::party: mention(HitKind::party, key, bare_number(key), name_of(type)); return;
      case UnitType::document: mention(HitKind::document, key, bare_number(key), name_of(type)); return;
    }
  }

  /// A lot or serial, and its item. Where the one was mentioned before, so was the other.
  void part_of_item(const UnitKey& key, std::string_view number) {
    const auto field = name_of(key.type());
    const bool first = mention(HitKind::unit, key, number.empty() ? bare_number(key) : std::string(number), field);
    if (const auto item = key.item_class(); first && item && !item->item().empty())
      mention(HitKind::unit, *item, item->item(), "item");
  }

  void context(const schema::Context& context) {
    place(context.read_point());
    place(context.business_location());
    for (const auto* roles : {context.sources(), context.destinations()}) {
      if (roles == nullptr) continue;
      for (const schema::PartyRole* role : *roles) place(role->key());
    }
    if (context.documents() == nullptr) return;
    for (const schema::DocumentRef* document : *context.documents()) {
      const auto type = view_of(document->type());
      const auto id = view_of(document->id());
      if (fresh('d', std::string(type).append(1, '\0').append(id)))
        mention(HitKind::document, {}, id, type.empty() ? "document" : type);
    }
  }

  /// Whoever or whatever stands in the role of a place or party is one to the reader, even under a code of no known
  /// form.
  void place(const flatbuffers::String* bytes) {
    if (bytes == nullptr || !fresh('p', view_of(bytes))) return;
    const UnitKey key(bytes->str());
    const bool location = key.type() == UnitType::location;
    mention(HitKind::party, key, bare_number(key), name_of(location ? UnitType::location : UnitType::party));
  }

  void party(const schema::PartyArea& area) {
    switch (area.event_type()) {
      case schema::PartyEvent::party_recorded: break;
      case schema::PartyEvent::vocabulary_recorded:
      case schema::PartyEvent::NONE: return;
    }
    const auto* event = area.event_as_party_recorded();
    place(event->key());
    place(event->owner());
    if (event->names() == nullptr) return;
    for (const schema::Text* name : *event->names())
      mention(HitKind::party, UnitKey(event->key()->str()), view_of(name->value()), "name");
  }

  void production(const schema::ProductionArea& area) {
    switch (area.event_type()) {
      case schema::ProductionEvent::units_transformed: {
        const auto process = view_of(area.event_as_units_transformed()->process_id());
        if (!process.empty() && fresh('x', process)) mention(HitKind::document, {}, process, "process");
        return;
      }
      case schema::ProductionEvent::order_recorded:
        mention(HitKind::document, {}, view_of(area.event_as_order_recorded()->order()), "process");
        return;
      case schema::ProductionEvent::parts_installed:
      case schema::ProductionEvent::parts_removed:
      case schema::ProductionEvent::NONE: return;
    }
  }

  void item(const schema::ItemArea& area) {
    switch (area.event_type()) {
      case schema::ItemEvent::item_recorded: {
        const auto* event = area.event_as_item_recorded();
        const UnitKey key(event->key()->str());
        unit(key);
        for (const LocalText& name : engine::codec::decode_names(event->names()))
          mention(HitKind::unit, key, name.value, "name");
        return;
      }
      case schema::ItemEvent::alias_recorded: {
        const auto* event = area.event_as_alias_recorded();
        mention(HitKind::unit, UnitKey(event->key()->str()), view_of(event->alias()), "alias");
        return;
      }
      case schema::ItemEvent::conversion_set:
      case schema::ItemEvent::NONE: return;
    }
  }

  /// Nearly every record has an id of its own: looking for an earlier mention would cost more than all the rest.
  void event_id(std::string_view id) {
    std::string key = "t" + folded_key(id);
    key.append({'\0', static_cast<char>(HitKind::event), '\0'});
    append_be64(key, position_.seq);
    store_.append(key, value_of(Hit{HitKind::event, {}, std::string(id), std::string(k_event_id), position_}));
  }

  static std::string key_of(HitKind kind, const UnitKey& subject, std::string_view text, std::string_view field) {
    std::string key = "t" + folded_key(text);
    key.push_back('\0');
    key.push_back(static_cast<char>(kind));
    key.append(folded_key(field));
    key.push_back('\0');
    // Documents and events that differ in case only are different ones.
    return key.append(key_text(subject.bytes().empty() ? text : std::string_view(subject.bytes())));
  }

  /// Whether that was not mentioned lately; from now on it was.
  bool fresh(char sort, std::string_view text) {
    name_.assign(1, sort).append(text);
    if (mentioned_.find(name_) != nullptr) return false;
    mentioned_.note(name_, true);
    return true;
  }

  /// Keeps the first mention. Says whether this is one.
  bool mention(HitKind kind, const UnitKey& subject, std::string_view text, std::string_view field) {
    if (text.empty()) return false;
    const std::string key = key_of(kind, subject, text, field);
    if (store_.get(key, scratch_)) return false;
    store_.put(key, value_of(Hit{kind, subject, std::string(text), std::string(field), position_}));
    return true;
  }

  const schema::Body& body_;
  Store& store_;
  FoldMemo<bool>& mentioned_;
  EventPosition position_;
  std::string scratch_;
  std::string name_;
};

/// How well a text fits; smaller is better.
enum class Fit : std::uint8_t { exact, beginning, within, none };

Fit fit(std::string_view text, std::string_view wanted) {
  const auto same = [](char a, char b) { return folded(a) == folded(b); };
  const auto at = std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same);
  if (at == text.end()) return Fit::none;
  if (at != text.begin()) return Fit::within;
  return text.size() == wanted.size() ? Fit::exact : Fit::beginning;
}

}  // namespace

void SearchProjection::apply(const FoldInput& input, Store& store) {
  mentioned_.begin(store.position().head);
  if (input.body == nullptr) {
    note_unreadable(store, input.record.seq());
  } else {
    SearchFold(input.record.seq(), *input.body, store, mentioned_).record();
  }
  const Head head{input.record.seq(), input.record.leaf()};
  store.advance(head);
  mentioned_.end(head);
}

std::vector<Hit> find_text(const StoreReader& store, std::string_view text, Seq known_at) {
  return find_text({{&store, known_at}}, text);
}

std::vector<Hit> find_text(const std::vector<CutLedger>& ledgers, std::string_view text) {
  std::vector<Hit> hits;
  if (text.empty()) return hits;
  std::array<std::map<std::string, Hit, std::less<>>, 3> groups;  // By Fit; each in the order of the store.
  for (std::size_t ledger = 0; ledger < ledgers.size(); ++ledger) {
    ledgers[ledger].store->scan_prefix("t", [&](std::string_view key, std::string_view value) {
      const StoredHit stored(value);
      const Fit how = fit(stored.text, text);
      if (stored.first.seq > ledgers[ledger].known_at || how == Fit::none) return true;
      Hit hit = stored.hit();
      hit.first.ledger = static_cast<LedgerIndex>(ledger);
      std::string one(key);
      // Of an event id the first mention counts; ids that differ in case only are different ones.
      if (stored.kind == HitKind::event) one.replace(one.size() - sizeof(Seq), sizeof(Seq), stored.text);
      groups[static_cast<std::size_t>(how)].try_emplace(std::move(one), std::move(hit));
      return true;
    });
  }
  for (auto& group : groups) {
    for (auto& [key, hit] : group) hits.push_back(std::move(hit));
  }
  return hits;
}

}  // namespace lotledger::projections
