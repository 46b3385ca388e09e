// engine/log/watermark.h - how far a living writer says its log is durable.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/position_file.h"

#include <string>

namespace lotledger::engine {

/// The later of `head` and what the writer published in `durable`. Whatever is wrong with `durable` only makes the
/// answer earlier: the file is written without sync, and missing while a writer recovers. Ask only while the lock is
/// held.
[[nodiscard]] Result<Head> published_durable(Disk& disk, const std::string& folder, const LogPosition& head);

}  // namespace lotledger::engine
