// cli/demo/story.cc - the story of the bad lot, from the summary.
#include "cli/demo/story.h"

#include "cli/demo/epcis_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

std::string consignees_json(const DemoScope& scope) {
  std::string text = "[";
  for (const DemoConsignee& consignee : scope.consignees) {
    if (text.back() != '[') text += ',';
    text += fmt::format("\n    {{\"party\":\"{}\",\"gln\":\"{}\",\"name\":\"{}\",\"devices\":{}}}", consignee.pgln,
                        consignee.gln, consignee.name, consignee.devices);
  }
  return text + "]";
}

std::string scope_json(const DemoScope& scope) {
  return fmt::format("{{\"devices\":{},\"lots\":{},\"consignees\":{}}}", scope.devices, scope.lots,
                     consignees_json(scope));
}

std::string scope_and_places_json(const DemoScope& scope) {
  return fmt::format(
      "{{\"devices\":{},\"lots\":{},\"in_plant\":{},\"at_customers\":{},\"returned\":{},\"destroyed\":{},"
      "\"consignees\":{}}}",
      scope.devices, scope.lots, scope.in_plant, scope.at_customers, scope.returned, scope.destroyed,
      consignees_json(scope));
}

std::string stock_json(const std::vector<DemoStockRow>& rows) {
  std::string text = "[";
  for (const DemoStockRow& row : rows) {
    if (text.back() != '[') text += ',';
    text += fmt::format("\n    {{\"lot\":\"{}\",\"location\":\"{}\",\"in_transit\":{},\"quantity\":\"{}\"}}", row.lot,
                        row.location, row.in_transit, row.quantity);
  }
  return text + "]";
}

std::string balances_json(const std::vector<DemoBalance>& balances) {
  std::string text = "[";
  for (const DemoBalance& balance : balances) {
    if (text.back() != '[') text += ',';
    text += fmt::format("\n    {{\"lot\":\"{}\"", balance.lot);
    for (const auto& [name, figure] : balance.figures) text += fmt::format(",\"{}\":\"{}\"", name, figure);
    text += '}';
  }
  return text + "]";
}

std::string line(const DemoScope& scope) {
  return fmt::format("{} devices, {} lots in between, {} consignees", scope.devices, scope.lots,
                     scope.consignees.size());
}

/// Consignees that only the repair brings to light.
std::string newly_found(const DemoSummary& summary) {
  std::string text;
  for (const DemoConsignee& after : summary.after.consignees) {
    const bool known =
        std::ranges::any_of(summary.before.consignees, [&](const auto& before) { return before.pgln == after.pgln; });
    if (!known) text += fmt::format("- {} ({}): {} devices\n", after.name, after.pgln, after.devices);
  }
  return text;
}

constexpr std::string_view k_plot = R"(# The story of lot {lot_text}

Lan'an Medical makes implantable infusion pumps in Ningbo from parts of its plant in Baoji and of a contract moulder in Kunshan. These files
are its year from November 2025 to October 2026: {events} rows and events, {made} pumps, {files} files (seed {seed}). What its ERP exports is
plain CSV; what scanners, the moulder and a distributor tell is EPCIS. All names are invented.

Three suppliers used the same lot text, **{lot_text}**. One of the three lots is bad: the titanium bar of Qinling Titanium.

| what | how to name it |
|---|---|
| bad lot | `{bad_lot}` |
| the same as EPC URN | `{bad_epc}` |
| the same as Digital Link | `{bad_link}` |
| innocent lots with that text | `{twin_1}`, `{twin_2}` |
| a pump that contains it | `{device}` |
| an affected pump that came back | `{returned}` |

## What to try

In this folder:

    lotledger init --ledger DEMO --own-party {own_party}
    lotledger ingest $(sed '/^#/d' MANIFEST.txt)
    lotledger find {lot_text}
    lotledger recall scope '{bad_lot}'
    lotledger recall why '{device}' --lot '{bad_lot}'
    lotledger balance '{bad_lot}'
    lotledger inventory
    lotledger order show {order}
    lotledger lot show '{late_hold}'

1. **The bare lot text is not enough.** `find {lot_text}` lists three candidates.
2. **The answer is incomplete, and says so.** Line {broken_line} of `{broken_file}` weighs a cutting run with a decimal comma,
   so that row was not taken. Expect {before}.
3. **Repair it.** `{repaired}` holds the row as it should read; give it to `lotledger dlq retry`. Expect {after}. New:

{found}
4. **What did we know then?** After the first {known_files} files ({known_events} rows and events): {known}. Nothing of the later files counts there:
   not the corrections, not the paper records.
5. **What had happened by then?** As of {as_of}, known today, before the repair: {as_of_scope}.

## What else is in it

- The bar was cut in several runs; one housing lot was split for two lines, and half of it topped up with clean housings, so that a share
  becomes undecidable. One run of the bad bar was kept and cut in October 2026; its pumps are still in stock.
- An affected pump went back for another cell: one part removed, another installed.
- An affected case was opened together with a clean one and both were packed anew, mixed. Clean pumps in those cases stay clean.
- One shipment was voided on the day; one was reported by mistake and taken back two weeks later (did_not_occur); one assembly named
  the wrong housing lot and was corrected (incorrect_data).
- Housings go from plant to plant as own stock under way. Granulate goes out to the moulder and comes back as reservoirs.
- Orders of boards are backflushed ({order}): which ASICs went into them is derived over an interval. Pouches are consignment stock,
  received by the roll, and the supplier's until they are used.
- `{late_hold}` was held too late: some of its pumps had left the day before.
- One distributor reports what it sends on; of the others only they themselves are known (`first consignee`).
- `{late_file}` is imported last: paper records, one of them a delivery of an affected case months before.
- The moulder gives its events no ids; the MES writes EPC URNs, the warehouse GS1 Digital Links in UTC, labels a link on the maker's own domain.

Where the {after_devices} affected pumps are in the end: {in_plant} in the plant, {at_customers} at customers, {came_back} returned,
{destroyed} destroyed.
)";

}  // namespace

std::string story_json(const DemoSummary& summary, const DemoOptions& options) {
  std::string text = "{\n";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += fmt::format("  \"{}\":\"{}\",\n", name, value);
  };
  const auto add_number = [&text](std::string_view name, auto value) {
    text += fmt::format("  \"{}\":{},\n", name, value);
  };
  add("kind", "demo_story");
  add_number("seed", options.seed);
  add_number("events", summary.events);
  add_number("devices_made", summary.devices_made);
  add_number("files", summary.files.size());
  add("bad_lot", summary.bad_lot);
  add("bad_lot_epc", summary.bad_lot_epc);
  add("bad_lot_digital_link", summary.bad_lot_digital_link);
  add("lot_text", summary.lot_text);
  add_number("twins", fmt::format("[\"{}\"]", fmt::join(summary.twins, "\",\"")));
  add("device", summary.device);
  add("device_epc", summary.device_epc);
  add("returned_device", summary.returned_device);
  add("broken_file", summary.broken_file);
  add_number("broken_line", summary.broken_line);
  add("broken_row_id", summary.broken_row_id);
  add("repaired_row", summary.repaired_row);
  add_number("known_at_files", summary.known_at_files);
  add_number("known_at_events", summary.known_at_events);
  add("as_of", summary.as_of);
  add_number("before_repair", scope_and_places_json(summary.before));
  add_number("after_repair", scope_and_places_json(summary.after));
  add_number("known_at", scope_json(summary.known_at));
  add_number("at_as_of", scope_json(summary.at_as_of));
  add("own_party", summary.own_party);
  add("backflushed_order", summary.backflushed_order);
  add("late_hold_lot", summary.late_hold_lot);
  add_number("stock", stock_json(summary.stock));
  add_number("stock_at_as_of", stock_json(summary.stock_at_as_of));
  add_number("balances", balances_json(summary.balances));
  add_number("balances_at_as_of", balances_json(summary.balances_at_as_of));
  text.resize(text.size() - 2);
  return text + "\n}\n";
}

std::string story_text(const DemoSummary& summary, const DemoOptions& options) {
  using fmt::arg;
  return fmt::format(
      fmt::runtime(k_plot), arg("lot_text", summary.lot_text), arg("own_party", summary.own_party),
      arg("order", summary.backflushed_order), arg("late_hold", summary.late_hold_lot), arg("events", summary.events),
      arg("made", summary.devices_made), arg("files", summary.files.size()), arg("seed", options.seed),
      arg("bad_lot", summary.bad_lot), arg("bad_epc", summary.bad_lot_epc),
      arg("bad_link", summary.bad_lot_digital_link), arg("twin_1", summary.twins[0]), arg("twin_2", summary.twins[1]),
      arg("device", summary.device), arg("returned", summary.returned_device), arg("broken_line", summary.broken_line),
      arg("broken_file", summary.broken_file), arg("before", line(summary.before)),
      arg("repaired", summary.repaired_row), arg("after", line(summary.after)), arg("found", newly_found(summary)),
      arg("known_files", summary.known_at_files), arg("known_events", summary.known_at_events),
      arg("known", line(summary.known_at)), arg("as_of", summary.as_of), arg("as_of_scope", line(summary.at_as_of)),
      arg("late_file", summary.files.back()), arg("after_devices", summary.after.devices),
      arg("in_plant", summary.after.in_plant), arg("at_customers", summary.after.at_customers),
      arg("came_back", summary.after.returned), arg("destroyed", summary.after.destroyed));
}

std::string manifest_text(const DemoSummary& summary) {
  std::string text = "# Files of the demo plants, plain rows and EPCIS 2.0, in order of import, one to a line.\n";
  for (const std::string& file : summary.files) text += file + '\n';
  return text;
}

}  // namespace lotledger::cli::demo
