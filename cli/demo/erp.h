// cli/demo/erp.h - what the ERP of the two plants exports: plain rows (docs/formats/plain.md). Each call writes a row
// and books it in the stock; what scanners and partners tell of lots is booked through used() and made().
#pragma once

#include "cli/demo/epcis_writer.h"
#include "cli/demo/parties.h"
#include "cli/demo/stock.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace lotledger::cli::demo {

/// A unit of measure of a purchase order and how many base units it holds.
struct Packaging {
  std::string_view uom;
  std::int64_t holds = 1;
};

struct Receipt {
  const Party* supplier = nullptr;
  Place place = Place::goods_in;
  LocalSeconds at = 0;
  std::string supplier_lot = {};                      ///< The supplier's own text, where ours differs.
  bool consigned = false;                             ///< It stays the supplier's property.
  std::optional<Packaging> packaging = std::nullopt;  ///< What it is counted in; base units where absent.
};

/// A production order and where it runs.
struct Order {
  std::string number;
  Place place = Place::machining;
};

class Erp {
 public:
  explicit Erp(std::span<Outbox> boxes) : boxes_(boxes) {}

  void receive(const LotAmount& amount, const Receipt& receipt);
  /// Serials of one item that follow each other.
  void receive_serials(Piece first, std::uint32_t count, const Receipt& receipt);
  /// `type` of the row: put_away, issue, move, to_subcontractor, from_subcontractor.
  void move(std::string_view type, const LotAmount& amount, std::pair<Place, Place> from_to, LocalSeconds at);
  void scrap(const LotAmount& amount, Place place, LocalSeconds at);
  /// A stock count that finds `found` where the books say `amount`.
  void count(const LotAmount& amount, std::int64_t found, Place place, LocalSeconds at);
  /// `type`: split or merge. All of `amount` becomes lot `into` of the same item.
  void become(std::string_view type, const LotAmount& amount, const std::string& into,
              std::pair<Place, LocalSeconds> where);

  [[nodiscard]] Order new_order(Place place) { return {"WO-" + std::to_string(++order_), place}; }
  void state(const Order& order, std::string_view state, const LotAmount& planned, LocalSeconds at);
  void consume(const Order& order, const LotAmount& amount, LocalSeconds at);
  /// What an order took between `at` and `until`, derived from its bill of materials.
  void backflush(const Order& order, const LotAmount& amount, std::pair<LocalSeconds, LocalSeconds> from_until);
  /// `type`: output, by_product, rework or scrap.
  void produce(const Order& order, std::string_view type, const LotAmount& amount, LocalSeconds at);
  void produce_serials(const Order& order, Piece first, std::uint32_t count, LocalSeconds at);

  void release(Item item, const std::string& lot, LocalSeconds at);
  void hold(Item item, const std::string& lot, std::pair<std::string_view, std::string_view> id_reason,
            LocalSeconds at);
  /// From plant to plant: it is under way until it is received there under the same delivery note.
  std::string send(const LotAmount& amount, LocalSeconds at);
  void receive_sent(const LotAmount& amount, const std::string& delivery, LocalSeconds at);
  void take_back(Piece piece, const Party& customer, std::string_view rma, LocalSeconds at);

  /// Bookings of what an EPCIS event tells of lots.
  void used(const LotAmount& amount, Place place, LocalSeconds at);
  void made(Figure figure, const LotAmount& amount, Place place, LocalSeconds at);

  [[nodiscard]] const Stock& stock() const { return stock_; }
  /// Id of the row that was written last.
  [[nodiscard]] const std::string& last_id() const { return last_id_; }

 private:
  using Cell = std::pair<std::string_view, std::string>;
  void row(System system, LocalSeconds at, std::span<const Cell> cells);
  void book(Figure figure, const LotAmount& amount, std::int64_t change, StockPlace place, LocalSeconds at);

  std::span<Outbox> boxes_;
  Stock stock_;
  std::array<std::int64_t, k_systems> rows_{};
  std::string last_id_;
  std::int64_t order_ = 70'012'000, purchase_order_ = 45'000'000, delivery_ = 60'000'000;
};

}  // namespace lotledger::cli::demo
