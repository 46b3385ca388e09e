// connectors/epcis/mapping_items.cc - attributes to items, conversions and aliases.
#include "connectors/epcis/mapping_items.h"

#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/mapping.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace lotledger::connectors::epcis {
namespace {

const MasterDataAttribute* find(const MasterDataElement& element, std::string_view id) {
  const auto found = std::ranges::find(element.attributes, id, &MasterDataAttribute::id);
  return found == element.attributes.end() ? nullptr : &*found;
}

/// Reads attributes of one element; collects faults instead of stopping at the first.
class Attributes {
 public:
  explicit Attributes(const MasterDataElement& element) : element_(element) {}

  std::string text(std::string_view name) const {
    const MasterDataAttribute* attribute = find(element_, own_attribute(name));
    return attribute == nullptr ? std::string() : attribute->text;
  }
  bool flag(std::string_view name) {
    const std::string value = text(name);
    if (value != "yes" && value != "no") fault(name, value, "is neither yes nor no");
    return value == "yes";
  }
  template <typename Number>
  Number whole(std::string_view name, Number least) {
    const std::string value = text(name);
    Number number = least;
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number < least)
      fault(name, value, "is no whole number, or too small");
    return number;
  }
  UnitCode uom(std::string_view name) {
    const std::string value = text(name);
    const auto code = UnitCode::parse(value);
    if (!code.has_value()) fault(name, value, code.error().message);
    return code.value_or(UnitCode());
  }
  /// Of the element where `name` is empty.
  UnitKey key(std::string_view name = {}) {
    const std::string value = name.empty() ? element_.id : text(name);
    const auto read = parse_unit_uri(value);
    if (read.has_value()) return read->key;
    fault(name, value, read.error().message);
    return {};
  }
  void fault(std::string_view name, std::string_view value, std::string what) {
    faults.push_back({value.empty() ? FaultCode::missing : FaultCode::bad_value,
                      element_.id + (name.empty() ? "" : "." + own_attribute(name)),
                      quoted(value),
                      std::move(what),
                      {}});
  }

  std::vector<Fault> faults;

 private:
  const MasterDataElement& element_;
};

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

engine::TraceProfile profile(Attributes& attributes) {
  engine::TraceProfile profile;
  profile.lot_tracked = attributes.flag(mda::k_lot_tracked);
  profile.serial_tracked = attributes.flag(mda::k_serial_tracked);
  profile.shelf_life_days = attributes.whole<std::uint32_t>(mda::k_shelf_life_days, 0);
  profile.implant = attributes.flag(mda::k_implant);
  profile.sterile = attributes.flag(mda::k_sterile);
  profile.release_required = attributes.flag(mda::k_release_required);
  profile.markets = words(attributes.text(mda::k_markets));
  return profile;
}

ItemDescription item(const MasterDataElement& element, Attributes& attributes) {
  engine::ItemRecorded recorded;
  recorded.key = attributes.key();
  recorded.original = element.id;
  if (const MasterDataAttribute* name = find(element, k_item_name)) recorded.names.push_back({"", name->text});
  if (std::string latin = attributes.text(mda::k_name_latin); !latin.empty())
    recorded.names.push_back({"Latn", std::move(latin)});
  if (!attributes.text(mda::k_uom).empty()) recorded.uom = attributes.uom(mda::k_uom);
  if (attributes.flag(mda::k_profile)) recorded.profile = profile(attributes);
  std::string subject = recorded.key.ref();
  return {std::move(recorded), std::move(subject)};
}

ItemDescription conversion(const MasterDataElement& element, Attributes& attributes) {
  engine::ConversionSet set;
  if (element.id != k_every_item) set.item = attributes.key();
  set.uom = attributes.uom(mda::k_uom);
  set.base_uom = attributes.uom(mda::k_base_uom);
  set.factor.numerator = attributes.whole<std::int64_t>(mda::k_numerator, 1);
  set.factor.denominator = attributes.whole<std::int64_t>(mda::k_denominator, 1);
  std::string subject = (set.item ? set.item->ref() : "*") + " " + attributes.text(mda::k_uom);
  return {std::move(set), std::move(subject)};
}

ItemDescription alias(Attributes& attributes) {
  engine::AliasRecorded recorded;
  recorded.key = attributes.key();
  recorded.alias = attributes.text(mda::k_alias);
  if (recorded.alias.empty()) attributes.fault(mda::k_alias, {}, "is missing");
  const std::string kind = attributes.text(mda::k_alias_type);
  const auto named = value_named<engine::AliasKind>(engine::k_alias_kinds, kind);
  if (!named) attributes.fault(mda::k_alias_type, kind, "is no kind of alias");
  recorded.kind = named.value_or(engine::AliasKind::internal);
  if (!attributes.text(mda::k_owner).empty()) recorded.owner = attributes.key(mda::k_owner);
  const std::string until = attributes.text(mda::k_valid_until);
  const auto at = until.empty() ? Result<ZonedInstant>(ZonedInstant{}) : read_instant(until);
  if (!at.has_value()) attributes.fault(mda::k_valid_until, until, at.error().message);
  if (at.has_value() && !until.empty()) recorded.valid_until = at->at;
  std::string subject = recorded.key.ref();
  return {std::move(recorded), std::move(subject)};
}

}  // namespace

bool describes_item(std::string_view vocabulary, const MasterDataElement& element) {
  if (vocabulary == k_conversion_vocabulary || vocabulary == k_alias_vocabulary) return true;
  return vocabulary == k_item_vocabulary && find(element, own_attribute(mda::k_profile)) != nullptr;
}

std::expected<ItemDescription, std::vector<Fault>> map_item(std::string_view vocabulary,
                                                            const MasterDataElement& element) {
  Attributes attributes(element);
  ItemDescription description = vocabulary == k_item_vocabulary         ? item(element, attributes)
                                : vocabulary == k_conversion_vocabulary ? conversion(element, attributes)
                                                                        : alias(attributes);
  if (!attributes.faults.empty()) return std::unexpected(std::move(attributes.faults));
  return description;
}

}  // namespace lotledger::connectors::epcis
