// connectors/epcis/submissions.cc - items of a document to submissions.
#include "connectors/epcis/submissions.h"

#include "connectors/epcis/event_fields.h"
#include "connectors/epcis/mapping.h"

#include <algorithm>
#include <iterator>

namespace lotledger::connectors::epcis {
namespace {

class Reader final : public SubmissionReader {
 public:
  Reader(std::unique_ptr<DocumentReader> document, SubmissionOrigin origin, const PersonalData& personal)
      : document_(std::move(document)), origin_(std::move(origin)), personal_(personal) {}

  Result<bool> next(std::vector<MappedRow>& rows) override {
    LL_ASSIGN(std::optional<Item> item, document_->next());
    if (!item) return false;
    LL_TRY(std::visit([&](auto& found) { return take(found, rows); }, *item));
    return true;
  }

 private:
  Result<void> take(const GoodEvent& good, std::vector<MappedRow>& rows) {
    auto mapped = map_event(good.event, good.origin, origin_);
    if (mapped.has_value()) {
      rows.push_back({std::move(*mapped), {}});
      return {};
    }
    BadItem bad;
    bad.origin = good.origin;
    bad.event_id = good.event.event_id;
    bad.faults = mapped.error();
    rows.push_back({map_rejected(good.event, good.origin, mapped.error(), origin_), messages(bad)});
    return {};
  }

  Result<void> take(const BadItem& bad, std::vector<MappedRow>& rows) {
    rows.push_back({map_rejected(bad, origin_), messages(bad)});
    return {};
  }

  Result<void> take(const MasterDataItem& item, std::vector<MappedRow>& rows) {
    const auto created = read_instant(document_->info().creation_date);
    LL_ASSIGN(auto mapped,
              map_master_data(item.data, item.origin, created.value_or(ZonedInstant{}), origin_, personal_));
    std::ranges::move(mapped, std::back_inserter(rows));
    return {};
  }

  [[nodiscard]] std::string messages(const BadItem& bad) const {
    std::string text;
    for (const Fault& fault : bad.faults) text += (text.empty() ? "" : "\n") + describe(origin_.file, bad, fault);
    return text;
  }

  std::unique_ptr<DocumentReader> document_;
  SubmissionOrigin origin_;
  const PersonalData& personal_;
};

}  // namespace

Result<std::unique_ptr<SubmissionReader>> open_submissions(std::unique_ptr<ByteSource> source, SubmissionOrigin origin,
                                                           const PersonalData& personal) {
  LL_ASSIGN(auto document, DocumentReader::over(std::move(source), origin.file));
  return std::make_unique<Reader>(std::move(document), std::move(origin), personal);
}

}  // namespace lotledger::connectors::epcis
