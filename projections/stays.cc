// projections/stays.cc - changes of packing to intervals.
#include "projections/stays.h"

#include <algorithm>
#include <tuple>

namespace lotledger::projections {
namespace {

/// At one instant, putting in comes before taking out: the child was there for a moment. Beyond that the order does not
/// depend on which was recorded first.
bool earlier(const PackingChange& a, const PackingChange& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.in != b.in) return a.in;
  return std::tuple(a.seen, told(a.quantity), a.position) < std::tuple(b.seen, told(b.quantity), b.position);
}

/// `from` plus or minus `by` in `from`'s unit; nullopt (not known) where the units do not convert or it does not fit.
std::optional<Quantity> changed(const Quantity& from, const Quantity& by, bool add) {
  const auto factor = conversion(by.unit, from.unit);
  if (!factor) return std::nullopt;
  const auto delta = Decimal::of(by).times(factor->numerator, factor->denominator, Decimal::Rounding::down);
  if (!delta) return std::nullopt;
  const auto sum = add ? Decimal::of(from).plus(*delta) : Decimal::of(from).minus(*delta);
  if (!sum) return std::nullopt;
  auto quantity = parse_quantity(sum->text(), from.unit);
  if (!quantity.has_value()) return std::nullopt;
  return *quantity;
}

/// Turns the changes of one (child, container) into stays.
class Intervals {
 public:
  Intervals(NodeId container, std::vector<Stay>& out) : container_(container), out_(out) {}

  void apply(const PackingChange& change) { change.in ? put_in(change) : take_out(change); }
  void finish() {
    if (open_) out_.push_back(*open_);
  }

 private:
  /// Seeing again what lies there adds nothing. An amount that is not told makes the whole amount unknown.
  void put_in(const PackingChange& change) {
    if (!open_) {
      open_ = Stay{container_, change.at, std::nullopt, change.quantity, change.position};
    } else if (!change.seen && open_->quantity) {
      open_->topped_up = true;
      reopen(change, change.quantity ? changed(*open_->quantity, *change.quantity, true) : std::nullopt);
    }
  }

  void take_out(const PackingChange& change) {
    if (!open_) return;
    if (!change.quantity) return close(change.at);
    if (!open_->quantity) return;  // How much remains of an unknown amount is unknown: it stays.
    const auto rest = changed(*open_->quantity, *change.quantity, false);
    if (rest && rest->mantissa <= 0) return close(change.at);
    reopen(change, rest);
    open_->rest = true;
  }

  void reopen(const PackingChange& change, std::optional<Quantity> quantity) {
    close(change.at);
    open_ = Stay{container_, change.at, std::nullopt, quantity, change.position};
  }

  void close(Instant at) {
    open_->to = at;
    out_.push_back(*open_);
    open_.reset();
  }

  NodeId container_;
  std::vector<Stay>& out_;
  std::optional<Stay> open_;
};

}  // namespace

void add_stays(NodeId container, std::vector<PackingChange> changes, std::vector<Stay>& out) {
  std::sort(changes.begin(), changes.end(), earlier);
  Intervals intervals(container, out);
  for (const PackingChange& change : changes) intervals.apply(change);
  intervals.finish();
}

bool within(Instant at, const Stay& stay) {
  if (stay.rest ? at <= stay.from : at < stay.from) return false;
  if (!stay.to) return true;
  return stay.topped_up ? at < *stay.to : at <= *stay.to;
}

}  // namespace lotledger::projections
