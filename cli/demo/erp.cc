// cli/demo/erp.cc - rows by column name; values of the demo need quotes only where a comma is in them.
#include "cli/demo/erp.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

/// What the number of a row begins with, by system; empty where the system tells events.
constexpr std::array<std::string_view, k_systems> k_id_prefixes{"GI-", "",    "",    "", "TO-", "OS-", "GR-",
                                                                "MR-", "RT-", "DL-", "", "QS-", ""};

std::string serial_text(Piece piece) {
  std::string text;
  append_serial_number(text, piece);
  return text;
}

std::string_view uom_of(Item item) {
  return text_of(item).by_weight ? "KGM" : "EA";
}

void append_cell(std::string& to, std::string_view value) {
  const bool quoted = value.find(',') != std::string_view::npos;
  if (quoted) to += '"';
  to += value;
  if (quoted) to += '"';
}

}  // namespace

void Erp::row(System system, LocalSeconds at, std::span<const Cell> cells) {
  const auto index = static_cast<std::size_t>(system);
  Outbox& box = boxes_[index];
  last_id_ = fmt::format("{}{}", k_id_prefixes[index], ++rows_[index]);
  std::string text = last_id_ + ',';
  append_local(text, at);
  std::size_t written = 0;
  std::string_view columns = box.style().columns;
  columns.remove_prefix(std::string_view{"id,at"}.size());
  while (!columns.empty()) {
    columns.remove_prefix(1);
    const std::string_view name = columns.substr(0, columns.find(','));
    columns.remove_prefix(name.size());
    text += ',';
    const auto cell = std::ranges::find(cells, name, &Cell::first);
    if (cell == cells.end()) continue;
    append_cell(text, cell->second);
    ++written;
  }
  LL_ASSERT(written == cells.size(), "the file has a column for every cell");
  box.send_text(at, text);
}

void Erp::book(Figure figure, const LotAmount& amount, std::int64_t change, StockPlace place, LocalSeconds at) {
  stock_.book({figure, {amount.item, amount.lot, change}, place, at});
}

void Erp::used(const LotAmount& amount, Place place, LocalSeconds at) {
  book(Figure::consumed, amount, -amount.amount, {place}, at);
}

void Erp::made(Figure figure, const LotAmount& amount, Place place, LocalSeconds at) {
  book(figure, amount, amount.amount, {place}, at);
}

void Erp::receive(const LotAmount& amount, const Receipt& receipt) {
  const Packaging packaging = receipt.packaging.value_or(Packaging{uom_of(amount.item), 1});
  LL_ASSERT(amount.amount % packaging.holds == 0, "whole packages are received");
  const std::string quantity = amount_text(amount.item, amount.amount / packaging.holds);
  const std::string supplier = pgln_urn(*receipt.supplier);
  row(System::receipts, receipt.at,
      std::array<Cell, 9>{{{"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", quantity},
                           {"uom", std::string{packaging.uom}},
                           {"supplier_lot", receipt.supplier_lot},
                           {"owner", receipt.consigned ? supplier : ""},
                           {"supplier", supplier},
                           {"po", fmt::format("PO-{}", ++purchase_order_)},
                           {"location", std::string{sgln_of(receipt.place)}}}});
  made(Figure::received, amount, receipt.place, receipt.at);
}

void Erp::receive_serials(Piece first, std::uint32_t count, const Receipt& receipt) {
  row(System::receipts, receipt.at,
      std::array<Cell, 6>{{{"gtin", text_of(first.item).gtin},
                           {"serial", serial_text(first)},
                           {"serial_to", serial_text({first.item, first.number + count - 1})},
                           {"supplier", pgln_urn(*receipt.supplier)},
                           {"po", fmt::format("PO-{}", ++purchase_order_)},
                           {"location", std::string{sgln_of(receipt.place)}}}});
}

void Erp::move(std::string_view type, const LotAmount& amount, std::pair<Place, Place> from_to, LocalSeconds at) {
  const auto [from, to] = from_to;
  row(System::moves, at,
      std::array<Cell, 7>{{{"type", std::string{type}},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"from", std::string{sgln_of(from)}},
                           {"location", std::string{sgln_of(to)}}}});
  book(Figure::moved, amount, -amount.amount, {from}, at);
  book(Figure::moved, amount, amount.amount, {to}, at);
}

void Erp::scrap(const LotAmount& amount, Place place, LocalSeconds at) {
  row(System::moves, at,
      std::array<Cell, 7>{{{"type", "scrap"},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"location", std::string{sgln_of(place)}},
                           {"reason", "inspection"}}});
  book(Figure::scrapped, amount, -amount.amount, {place}, at);
}

void Erp::count(const LotAmount& amount, std::int64_t found, Place place, LocalSeconds at) {
  row(System::moves, at,
      std::array<Cell, 6>{{{"type", "count"},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, found)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"location", std::string{sgln_of(place)}}}});
  book(Figure::adjusted, amount, found - amount.amount, {place}, at);
}

void Erp::become(std::string_view type, const LotAmount& amount, const std::string& into,
                 std::pair<Place, LocalSeconds> where) {
  const auto [place, at] = where;
  row(System::moves, at,
      std::array<Cell, 7>{{{"type", std::string{type}},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"location", std::string{sgln_of(place)}},
                           {"into", lot_ref(amount.item, into)}}});
  used(amount, place, at);
  made(Figure::produced, {amount.item, into, amount.amount}, place, at);
}

void Erp::state(const Order& order, std::string_view state, const LotAmount& planned, LocalSeconds at) {
  row(System::orders, at,
      std::array<Cell, 6>{{{"order", order.number},
                           {"state", std::string{state}},
                           {"gtin", text_of(planned.item).gtin},
                           {"quantity", amount_text(planned.item, planned.amount)},
                           {"uom", std::string{uom_of(planned.item)}},
                           {"location", std::string{sgln_of(order.place)}}}});
}

void Erp::consume(const Order& order, const LotAmount& amount, LocalSeconds at) {
  row(System::consumption, at,
      std::array<Cell, 7>{{{"order", order.number},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"basis", "scanned"},
                           {"location", std::string{sgln_of(order.place)}}}});
  used(amount, order.place, at);
}

void Erp::backflush(const Order& order, const LotAmount& amount, std::pair<LocalSeconds, LocalSeconds> from_until) {
  const auto [from, until] = from_until;
  row(System::consumption, from,
      std::array<Cell, 8>{{{"order", order.number},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"basis", "backflushed"},
                           {"until", local_text(until)},
                           {"location", std::string{sgln_of(order.place)}}}});
  used(amount, order.place, from);
}

void Erp::produce(const Order& order, std::string_view type, const LotAmount& amount, LocalSeconds at) {
  row(System::production, at,
      std::array<Cell, 7>{{{"order", order.number},
                           {"type", std::string{type}},
                           {"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"location", std::string{sgln_of(order.place)}}}});
  made(Figure::produced, amount, order.place, at);
  if (type == "scrap") book(Figure::scrapped, amount, -amount.amount, {order.place}, at);
}

void Erp::produce_serials(const Order& order, Piece first, std::uint32_t count, LocalSeconds at) {
  row(System::production, at,
      std::array<Cell, 6>{{{"order", order.number},
                           {"type", "output"},
                           {"gtin", text_of(first.item).gtin},
                           {"serial", serial_text(first)},
                           {"serial_to", serial_text({first.item, first.number + count - 1})},
                           {"location", std::string{sgln_of(order.place)}}}});
}

void Erp::release(Item item, const std::string& lot, LocalSeconds at) {
  row(System::status, at, std::array<Cell, 3>{{{"gtin", text_of(item).gtin}, {"lot", lot}, {"status", "released"}}});
}

void Erp::hold(Item item, const std::string& lot, std::pair<std::string_view, std::string_view> id_reason,
               LocalSeconds at) {
  row(System::status, at,
      std::array<Cell, 6>{{{"gtin", text_of(item).gtin},
                           {"lot", lot},
                           {"status", "held"},
                           {"hold", std::string{id_reason.first}},
                           {"hold_kind", "quality"},
                           {"reason", std::string{id_reason.second}}}});
}

std::string Erp::send(const LotAmount& amount, LocalSeconds at) {
  const std::string delivery = fmt::format("ST-{}", ++delivery_);
  row(System::shipments, at,
      std::array<Cell, 8>{{{"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"location", std::string{sgln_of(Place::parts_dock)}},
                           {"consignee", pgln_urn(plant())},
                           {"ship_to", std::string{sgln_of(Place::goods_in)}},
                           {"desadv", delivery}}});
  book(Figure::moved, amount, -amount.amount, {Place::parts_dock}, at);
  book(Figure::moved, amount, amount.amount, {Place::goods_in, true}, at);
  return delivery;
}

void Erp::receive_sent(const LotAmount& amount, const std::string& delivery, LocalSeconds at) {
  row(System::receipts, at,
      std::array<Cell, 7>{{{"gtin", text_of(amount.item).gtin},
                           {"lot", amount.lot},
                           {"quantity", amount_text(amount.item, amount.amount)},
                           {"uom", std::string{uom_of(amount.item)}},
                           {"supplier", pgln_urn(plant())},
                           {"desadv", delivery},
                           {"location", std::string{sgln_of(Place::goods_in)}}}});
  book(Figure::moved, amount, -amount.amount, {Place::goods_in, true}, at);
  book(Figure::moved, amount, amount.amount, {Place::goods_in}, at);
}

void Erp::take_back(Piece piece, const Party& customer, std::string_view rma, LocalSeconds at) {
  row(System::returns, at,
      std::array<Cell, 5>{{{"gtin", text_of(piece.item).gtin},
                           {"serial", serial_text(piece)},
                           {"location", std::string{sgln_of(Place::quarantine)}},
                           {"customer", pgln_urn(customer)},
                           {"rma", std::string{rma}}}});
}

}  // namespace lotledger::cli::demo
