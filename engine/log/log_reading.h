// engine/log/log_reading.h - reading verified records through windows; the same for the writing log and for readers.
#pragma once

#include "engine/log/log.h"
#include "engine/log/segment_set.h"

#include <functional>

namespace lotledger::engine {

/// As SegmentSet::window().
using FindWindow = std::function<Result<RecordWindow>(Seq first, Seq last)>;

/// What may be read: the ledger and its last durable record at the time of asking.
struct ReadScope {
  const LedgerId& ledger;
  Head durable;
};

/// LogReader::read(). A record kept beyond the visit keeps the chunk of up to 256 KiB alive in which it was read.
[[nodiscard]] Result<void> read_records(const ReadScope& scope, Seq first, Seq last, const FindWindow& find,
                                        const RecordVisitor& visit);
/// LogReader::at(). The record has a block of its own.
[[nodiscard]] Result<StoredRecord> read_one(const ReadScope& scope, Seq seq, const FindWindow& find);

}  // namespace lotledger::engine
