// cli/event_schema.h - the binary schema of record bodies, as flatc made it from schemas/event.fbs; embedded by the
// build (cli/embed.cmake).
#pragma once

#include "engine/base/bytes.h"

namespace lotledger::cli {

/// A reflection.Schema, aligned for FlatBuffers. Lives as long as the program.
[[nodiscard]] Bytes event_schema();

}  // namespace lotledger::cli
