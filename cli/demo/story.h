// cli/demo/story.h - tells what the demo plant's files hold: STORY.md for people, story.json for programs,
// MANIFEST.txt.
#pragma once

#include "cli/demo/plant.h"
#include "engine/base/result.h"

#include <filesystem>
#include <string>

namespace lotledger::cli::demo {

[[nodiscard]] std::string story_json(const DemoSummary& summary, const DemoOptions& options);
[[nodiscard]] std::string story_text(const DemoSummary& summary, const DemoOptions& options);
[[nodiscard]] std::string manifest_text(const DemoSummary& summary);

}  // namespace lotledger::cli::demo
