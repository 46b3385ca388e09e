// cli/demo/assembly.h - devices are built serial by serial, tested, repaired where needed, sealed and sterilised.
#pragma once

#include "cli/demo/materials.h"
#include "cli/demo/site.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lotledger::cli::demo {

class Assembly {
 public:
  Assembly(Site& site, Materials& materials) : site_(site), materials_(materials) {}

  /// Builds and tests a device for every housing of last week.
  void assemble_week();
  /// Seals and sterilises what was built last week, and returns it for packing.
  [[nodiscard]] std::vector<Batch> seal_week();
  [[nodiscard]] std::int64_t devices_made() const { return device_number_; }

 private:
  struct Correction {
    LocalSeconds at = 0;
    std::string wrong_event;
    Device device;
    LotAmount housing, reservoir;
    Piece board;
  };
  void build_batch(const HousingLot& housings, std::size_t first, std::size_t total);
  void commission(const Batch& batch, std::size_t first, LocalSeconds at);
  Piece build(Device& device, const HousingLot& housings, LocalSeconds at);
  void assemble_event(const Device& device, Piece board, std::span<const LotAmount> parts, LocalSeconds at);
  void install(Piece device, Piece battery, LocalSeconds at);
  void test(Piece device, bool passed, LocalSeconds at);
  void replace_battery(Piece device, Piece old, LocalSeconds at);
  void scrap(const Device& device, LocalSeconds at);
  void correct_last_week();
  void seal(const Batch& batch, std::size_t index, LocalSeconds at);
  void sterilise(std::span<const Piece> load, std::size_t index, std::size_t loads);

  Site& site_;
  Materials& materials_;
  std::vector<Batch> built_;
  std::uint32_t device_number_ = 0;
  std::int64_t batch_number_ = 0, order_ = 80'000'000, report_ = 0, load_ = 1'000;
  std::string bad_housing_lot_;  ///< Named by mistake for one device of a later, clean batch.
  std::vector<Correction> corrections_;
};

}  // namespace lotledger::cli::demo
