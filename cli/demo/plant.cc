// cli/demo/plant.cc - runs the plant week by week, steers it to the number of events asked for, and writes its files.
#include "cli/demo/plant.h"

#include "cli/demo/assembly.h"
#include "cli/demo/master.h"
#include "cli/demo/materials.h"
#include "cli/demo/parties.h"
#include "cli/demo/site.h"
#include "cli/demo/story.h"
#include "cli/demo/warehouse.h"
#include "engine/base/assert.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli {
namespace demo {
namespace {

constexpr std::array<std::string_view, k_systems> k_system_names{
    "consumption", "contractor", "distributor", "mes",      "moves",  "orders", "production",
    "receipts",    "returns",    "shipments",   "shipping", "status", "wms"};
constexpr std::string_view k_master_folder = "00-master";
constexpr std::string_view k_late_folder = "zz-late";
constexpr std::string_view k_late_name = "paper-records";
constexpr std::string_view k_repaired_name = "broken-row-repaired.csv";
constexpr std::uint64_t k_late_events = 3;
/// Weeks before devices come out of the plant at full rate; stock counts do not fill these up.
constexpr int k_start_up_weeks = 3;
constexpr int k_steering_from_week = 8;
constexpr int k_filled_from_week = 39;
/// The week in which a customer tells a new telephone number.
constexpr int k_new_telephone_week = 30;
constexpr std::size_t k_new_telephone_customer = 7;

std::vector<DemoStockRow> stock_of(const std::vector<LotStockCount>& lots) {
  std::vector<DemoStockRow> rows;
  for (const LotStockCount& lot : lots) {
    for (const auto& [place, amount] : lot.places) {
      rows.push_back({lot_ref(lot.item, lot.lot), std::string{sgln_of(place.place)}, place.under_way,
                      amount_text(lot.item, amount)});
    }
  }
  return rows;
}

/// Name of the figure in which stock at a place counts.
std::string_view figure_of(const StockPlace& place) {
  if (place.under_way) return "in_transit";
  const std::string_view use = text_of(place.place).use;
  if (use == "production") return "wip";
  return use == "subcontractor" ? "at_subcontractor" : "stock";
}

DemoBalance balance_of(const LotStockCount& lot) {
  // What leaves is booked as negative, and told as positive.
  std::map<std::string_view, std::int64_t> figures{
      {"stock", 0}, {"wip", 0}, {"in_transit", 0}, {"at_subcontractor", 0}};
  constexpr std::array<std::pair<std::string_view, int>, k_figures - 1> k_names{
      {{"received", 1}, {"produced", 1}, {"adjusted", 1}, {"consumed", -1}, {"scrapped", -1}}};
  for (std::size_t i = 0; i < k_names.size(); ++i) figures[k_names[i].first] = lot.figures[i] * k_names[i].second;
  for (const auto& [place, amount] : lot.places) figures[figure_of(place)] += amount;
  DemoBalance balance{lot_ref(lot.item, lot.lot), {}};
  for (const auto& [name, amount] : figures) balance.figures.emplace_back(name, amount_text(lot.item, amount));
  return balance;
}

std::vector<DemoBalance> balances_of(const std::vector<LotStockCount>& lots, std::span<const std::string> wanted) {
  std::vector<DemoBalance> balances;
  for (const LotStockCount& lot : lots) {
    if (std::ranges::find(wanted, lot_ref(lot.item, lot.lot)) != wanted.end()) balances.push_back(balance_of(lot));
  }
  return balances;
}

class Year {
 public:
  Year(const DemoOptions& options, DemoSummary& summary)
      : options_(options),
        summary_(summary),
        site_(scale_of(options.events), options.seed),
        materials_(site_),
        assembly_(site_, materials_),
        warehouse_(site_) {}

  [[nodiscard]] Result<void> run() {
    LL_TRY(write_master());
    while (site_.week < k_weeks) {
      const std::int64_t devices = devices_to_make();
      site_.scale.weekly_devices = devices;
      materials_.receive_week();
      warehouse_.ship_week();
      warehouse_.pack_week(assembly_.seal_week());
      assembly_.assemble_week();
      materials_.make_week(devices);
      if (site_.week == k_weeks - 1) materials_.count_bars();
      fill_up();
      LL_TRY(write_week());
      ++site_.week;
    }
    LL_TRY(write_late_file());
    summarise();
    return write_story();
  }

 private:
  /// Events that each of the weeks to come should have.
  [[nodiscard]] std::uint64_t weekly_target() const {
    const std::uint64_t open =
        options_.events > summary_.events + k_late_events ? options_.events - summary_.events - k_late_events : 0;
    return open / static_cast<std::uint64_t>(k_weeks - site_.week);
  }

  /// Aims a little low, because stock counts can add events but nothing can take them away. Hundredths of a device are
  /// carried on, so that a small plant is steered as well as a large one.
  [[nodiscard]] std::int64_t devices_to_make() {
    const std::int64_t planned = scale_of(options_.events).weekly_devices;
    if (site_.week < k_steering_from_week) return planned;
    const std::int64_t target = static_cast<std::int64_t>(weekly_target()) * 90 / 100;
    owed_hundredths_ += target * assembly_.devices_made() * 100 / std::max<std::int64_t>(1, real_events_);
    const std::int64_t steered = owed_hundredths_ / 100;
    owed_hundredths_ %= 100;
    return std::clamp(steered, planned / 2, planned * 2);
  }

  /// Weeks differ in a small plant: up to the last quarter they are filled up by a third, so that a full week may
  /// follow.
  void fill_up() {
    real_events_ += static_cast<std::int64_t>(site_.events_of_week());
    const std::uint64_t target = site_.week < k_filled_from_week ? weekly_target() / 3 : weekly_target();
    if (site_.week >= k_start_up_weeks && site_.events_of_week() < target)
      warehouse_.count_stock(target - site_.events_of_week());
  }

  [[nodiscard]] Result<void> make_folder(std::string_view name) const {
    std::error_code error;
    std::filesystem::create_directory(options_.out / name, error);
    if (error) return fail(ErrorCode::io, fmt::format("cannot make the folder {}: {}", name, error.message()));
    return {};
  }

  [[nodiscard]] Result<void> write_master() {
    LL_TRY(make_folder(k_master_folder));
    for (const MasterFile& file : master_files()) {
      summary_.files.push_back(fmt::format("{}/{}", k_master_folder, file.name));
      summary_.events += file.rows;
      events_until_.push_back(summary_.events);
      LL_TRY(write_text(options_.out / summary_.files.back(), file.text));
    }
    return {};
  }

  [[nodiscard]] std::string header_of(System system) const {
    if (system != System::shipping || site_.week != k_new_telephone_week) return "";
    Party changed = customers()[k_new_telephone_customer];
    changed.telephone = "+86 755 5550 0188";
    return master_data(changed);
  }

  [[nodiscard]] Result<void> write_week() {
    LL_TRY(make_folder(iso_week(site_.week)));
    for (std::size_t i = 0; i < k_systems; ++i) {
      const auto system = static_cast<System>(i);
      const std::string name = fmt::format("{}/{}", iso_week(site_.week), k_system_names[i]);
      LL_TRY(write_file(site_.box(system), name, moment(site_.week, 5, 23 * k_hour_s), header_of(system)));
    }
    return {};
  }

  [[nodiscard]] Result<void> write_file(Outbox& box, std::string_view name, LocalSeconds created_at,
                                        const std::string& header) {
    summary_.files.push_back(fmt::format("{}.{}", name, box.style().columns.empty() ? "json" : "csv"));
    summary_.events += box.count();
    events_until_.push_back(summary_.events);
    LL_ASSIGN(const Outbox::Written written,
              box.write(options_.out / summary_.files.back(), {name, created_at, header}));
    if (written.marked_line.has_value()) site_.story.broken_line = written.marked_line;
    return {};
  }

  /// Besides the delivery that the warehouse wrote on paper: a receipt, and the examination of the pump that came back.
  [[nodiscard]] Result<void> write_late_file() {
    LL_TRY(make_folder(k_late_folder));
    Outbox& box = site_.late_box();
    const LotAmount pouches{Item::pouch, "L2026-9001", 250};
    const Document order{"po", "PO-", 44'999'999};
    Event receipt{box, k_object, moment(12, 2, 11 * k_hour_s)};
    receipt.action(Action::observe).amounts("quantityList", {&pouches, 1}).step("receiving", "in_progress");
    receipt.place(Place::goods_in, Place::raw_store).documents({&order, 1}).done();
    site_.erp.made(Figure::received, pouches, Place::raw_store, moment(12, 2, 11 * k_hour_s));
    LL_ASSERT(site_.story.returned != k_no_unit, "an affected pump came back");
    const Piece returned = site_.truth.devices()[site_.story.returned].piece;
    Event held{box, k_object, moment(k_weeks - 2, 1, 14 * k_hour_s)};
    held.action(Action::observe).pieces("epcList", {&returned, 1}).step("holding", "non_sellable_other");
    held.place(Place::quarantine, Place::quarantine).done();
    return write_file(box, fmt::format("{}/{}", k_late_folder, k_late_name),
                      moment(k_weeks - 1, 5, 23 * k_hour_s + 45 * k_minute_s), "");
  }

  [[nodiscard]] DemoScope scope(const View& view) const {
    const ScopeCount count = site_.truth.scope(view);
    DemoScope scope{count.devices, count.lots, count.in_plant, count.at_customers, count.returned, count.destroyed, {}};
    for (const ConsigneeCount& consignee : count.consignees) {
      const Party& party = customers()[consignee.customer];
      scope.consignees.push_back({pgln_urn(party), party_gln(party), std::string{party.name}, consignee.devices});
    }
    std::ranges::sort(scope.consignees, [](const DemoConsignee& a, const DemoConsignee& b) {
      return a.devices != b.devices ? a.devices > b.devices : a.pgln < b.pgln;
    });
    return scope;
  }

  void summarise() {
    const StoryFacts& story = site_.story;
    LL_ASSERT(story.broken_line.has_value(), "the bad lot was cut");
    LL_ASSERT(story.sample_device.has_value(), "the bad lot reached a customer");
    summary_.devices_made = assembly_.devices_made();
    summary_.lot_text = story.bad_lot;
    summary_.bad_lot = lot_ref(Item::titanium_bar, story.bad_lot);
    append_lot(summary_.bad_lot_epc, Writing::urn, Item::titanium_bar, story.bad_lot);
    append_lot(summary_.bad_lot_digital_link, Writing::digital_link, Item::titanium_bar, story.bad_lot);
    summary_.twins = {lot_ref(Item::polymer, story.bad_lot), lot_ref(Item::asic, story.bad_lot)};
    summary_.device = piece_ref(*story.sample_device);
    append_piece(summary_.device_epc, Writing::urn, *story.sample_device);
    summary_.returned_device = piece_ref(site_.truth.devices()[story.returned].piece);
    summary_.broken_file = summary_.files[story.broken_file];
    summary_.broken_line = *story.broken_line;
    summary_.broken_row_id = story.broken_row_id;
    summary_.repaired_row = k_repaired_name;

    const int week = story.first_affected_shipment_week + 1;
    summary_.known_at_files = k_master_files + (static_cast<std::size_t>(week) + 1) * k_systems;
    summary_.known_at_events = events_until_[summary_.known_at_files - 1];
    const LocalSeconds as_of = moment(week, 6, k_day_s - 1);
    summary_.as_of = local_text(as_of);
    summary_.before = scope({});
    summary_.after = scope({.repaired = true});
    summary_.known_at = scope({.files = summary_.known_at_files});
    summary_.at_as_of = scope({.as_of = as_of});
    summarise_plant(as_of);
  }

  void summarise_plant(LocalSeconds as_of) {
    const StoryFacts& story = site_.story;
    LL_ASSERT(!story.late_hold_lot.empty(), "a lot was held after some of it had left");
    LL_ASSERT(!story.split_lot.empty(), "a lot of housings was split");
    summary_.own_party = pgln_urn(plant());
    summary_.backflushed_order = story.backflushed_order;
    summary_.late_hold_lot = story.late_hold_lot;
    summary_.stock = stock_of(site_.erp.stock().count(k_never));
    summary_.stock_at_as_of = stock_of(site_.erp.stock().count(as_of));
    const std::array lots{summary_.bad_lot, story.split_lot, summary_.twins[0]};
    summary_.balances = balances_of(site_.erp.stock().count(k_never), lots);
    summary_.balances_at_as_of = balances_of(site_.erp.stock().count(as_of), lots);
  }

  [[nodiscard]] Result<void> write_story() const {
    const std::string repaired =
        fmt::format("{}\n{}\n", style_of(System::consumption).columns, site_.story.repaired_row);
    LL_TRY(write_text(options_.out / k_repaired_name, repaired));
    LL_TRY(write_text(options_.out / "MANIFEST.txt", manifest_text(summary_)));
    LL_TRY(write_text(options_.out / "story.json", story_json(summary_, options_)));
    return write_text(options_.out / "STORY.md", story_text(summary_, options_));
  }

  const DemoOptions& options_;
  DemoSummary& summary_;
  Site site_;
  Materials materials_;
  Assembly assembly_;
  Warehouse warehouse_;
  std::int64_t real_events_ = 0;      ///< Without stock counts.
  std::int64_t owed_hundredths_ = 0;  ///< Of a device, not made yet.
  std::vector<std::uint64_t> events_until_;
};

Result<void> prepare_folder(const std::filesystem::path& out) {
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (!error && !std::filesystem::is_empty(out, error) && !error) {
    return fail(ErrorCode::conflict,
                fmt::format("{} is not empty; name a new folder for the demo plant", out.string()));
  }
  if (error) return fail(ErrorCode::io, fmt::format("cannot make the folder {}: {}", out.string(), error.message()));
  return {};
}

}  // namespace
}  // namespace demo

Result<DemoSummary> generate_demo(const DemoOptions& options) {
  if (options.events < k_demo_events_min || options.events > k_demo_events_max) {
    return fail(ErrorCode::invalid_input, fmt::format("--events is {}; it must be {} to {}", options.events,
                                                      k_demo_events_min, k_demo_events_max));
  }
  LL_TRY(demo::prepare_folder(options.out));
  DemoSummary summary;
  demo::Year year{options, summary};
  LL_TRY(year.run());
  return summary;
}

}  // namespace lotledger::cli
