// projections/stock.h - what lies of one lot where, of whose property, with which disposition. Pure arithmetic over its
// facts in the order in which they happened; the table of docs/areas/inventory.md in code.
#pragma once

#include "engine/base/quantity.h"

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lotledger::projections {

/// What may be done with stock, as far as anybody said.
enum class StockDisposition : std::uint8_t { not_asserted, pending, released, concession, rejected };
[[nodiscard]] std::string_view name_of(StockDisposition disposition);
/// Of a disposition's name in schemas/lot.fbs.
[[nodiscard]] StockDisposition disposition_named(std::string_view name);

/// How usable stock is; smaller is better.
[[nodiscard]] int usability(StockDisposition disposition);

/// A part of a lot that is alike in all that inventory tells apart. Places and parties are bytes of keys.
struct Bin {
  std::string location;  ///< Empty: nobody said where.
  std::string owner;     ///< Empty: ours.
  StockDisposition disposition = StockDisposition::not_asserted;
  bool in_transit = false;  ///< On its way to `location`, between parties of our own.
  friend bool operator==(const Bin&, const Bin&) = default;
  friend auto operator<=>(const Bin&, const Bin&) = default;
};
/// Never with a quantity of zero; negative where more left than was there.
using Bins = std::map<Bin, Decimal>;

/// Stock of one lot. Quantities are in one unit; a location that is empty was not said.
class Stock {
 public:
  /// New stock has `initial` until the disposition of the whole lot is said. `kept` false: nobody will ask where it
  /// lies, and nothing is noted.
  explicit Stock(StockDisposition initial, bool kept = true) : usual_(initial), kept_(kept) {}

  void put(const std::string& location, const std::string& owner, const Decimal& quantity);
  /// Came back: pending, whatever the lot is (I-33).
  void put_back(const std::string& location, const Decimal& quantity);
  /// Which stock goes first.
  enum class First : std::uint8_t { best, worst };
  /// Parts of bins that something was taken from.
  using Taken = std::vector<std::pair<Bin, Decimal>>;
  Taken take(const std::string& location, const Decimal& quantity, First first = First::best);
  /// nullopt: all that lies at `from`, or anywhere. `seen`: nobody moved it, it was found there.
  void move(const std::string& from, const std::string& to, const std::optional<Decimal>& quantity, bool seen = false);
  /// Leaves for a location of our own, and arrives.
  void send(const std::string& from, const std::string& to, const Decimal& quantity);
  void arrive(const std::string& to, const Decimal& quantity);
  /// What was found at the location, or of the lot; returns by how much the books were wrong.
  Decimal count(const std::string& location, const Decimal& found);
  void own(const std::string& location, const std::string& owner, const std::optional<Decimal>& quantity);
  void dispose(const std::string& location, StockDisposition disposition, const std::optional<Decimal>& quantity);

  [[nodiscard]] const Bins& bins() const { return bins_; }
  [[nodiscard]] Decimal total() const;
  /// A sum did not fit 128 bits: the bins are not to be used.
  [[nodiscard]] bool overflow() const { return overflow_; }

 private:
  using Matches = std::function<bool(const Bin&)>;
  void add(const Bin& bin, const Decimal& quantity);
  [[nodiscard]] Decimal sum(const Matches& matches) const;
  [[nodiscard]] Taken take_up_to(const Matches& matches, Decimal quantity, First first);
  [[nodiscard]] Taken take_from(const std::string& location, const Decimal& quantity, First first);
  [[nodiscard]] std::vector<std::string> places_with_stock(const std::optional<std::string>& besides) const;
  [[nodiscard]] std::string place_meant(const std::string& stated,
                                        const std::optional<std::string>& besides = std::nullopt) const;
  template <typename Change>
  void change(const Matches& matches, const std::optional<Decimal>& quantity, const Change& to);

  Bins bins_;
  StockDisposition usual_;
  bool kept_;
  bool overflow_ = false;
};

/// `bins` without `pieces` that are known by serial and counted there: taken first from the locations where they came
/// into being, one entry of `origins` a piece, then from the others in order.
[[nodiscard]] Bins loose(const Bins& bins, const std::vector<std::string>& origins, const Decimal& pieces);

}  // namespace lotledger::projections
