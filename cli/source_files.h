// cli/source_files.h - files of sources, whatever their format: which connector reads one, and the options that say
// what a file does not say of itself. Explained in docs/areas/intake.md.
#pragma once

#include "cli/command.h"
#include "cli/landing.h"
#include "connectors/mapping/mapping.h"
#include "connectors/plain/submissions.h"

namespace lotledger::cli {

/// How files are to be read.
struct ReadOptions {
  std::optional<connectors::plain::Kind> kind;                  ///< Of all files; otherwise each file's name says it.
  connectors::plain::PlainFormat format;                        ///< Its kind is not used.
  std::shared_ptr<const connectors::mapping::Mapping> mapping;  ///< Makes rows of all files; nullptr: they are rows.
};

/// --kind, --mapping, --delimiter, --encoding, --decimal-comma, --timezone: of every command that reads files of
/// sources.
[[nodiscard]] std::vector<OptionSpec> read_options();
/// Their values. invalid_input names what is wrong with one.
[[nodiscard]] Result<ReadOptions> read_options_of(const Call& call);

/// The mapping in a file. invalid_input with everything that is wrong with it; not_found, io.
[[nodiscard]] Result<connectors::mapping::Mapping> load_mapping(const std::string& path);

/// Opens landed bytes under the name in `origin`. What a mapping makes of them where one is given. Plain rows where a
/// kind is given, the name ends in .csv, or it begins with the name of a kind, ends in .ndjson or .jsonl, and the first
/// row is no EPCIS event; else EPCIS. XML is EPCIS, whatever its name. `personal` must outlive the reader.
/// invalid_input when the file as a whole cannot be read.
[[nodiscard]] Result<std::unique_ptr<connectors::SubmissionReader>> open_source(
    std::unique_ptr<connectors::ByteSource> source, const ReadOptions& options, connectors::SubmissionOrigin origin,
    const connectors::PersonalData& personal);

}  // namespace lotledger::cli
