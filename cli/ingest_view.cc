// cli/ingest_view.cc - faults of files and the exit code that they make.
#include "cli/ingest_view.h"

#include "cli/errors.h"

#include <algorithm>
#include <ostream>

namespace lotledger::cli {

void print_faults(const Output& output, const std::vector<FileReport>& reports) {
  for (const FileReport& file : reports) {
    for (const std::string& message : file.messages) output.err << printable(message) << '\n';
    for (const std::string& note : file.notes) output.note(printable(file.file) + ": " + printable(note));
    if (!file.error) continue;
    const bool named = file.error->message.starts_with(file.file);
    output.err << "lotledger: " << (named ? "" : printable(file.file) + ": ") << printable(file.error->message) << '\n';
  }
}

Exit worst_of(const std::vector<FileReport>& reports) {
  for (const FileReport& file : reports) {
    if (file.error) return exit_of(file.error->code) == Exit::usage ? Exit::invalid_data : exit_of(file.error->code);
  }
  if (std::ranges::any_of(reports, [](const FileReport& file) { return file.rejected > 0; })) return Exit::invalid_data;
  const bool conflicts = std::ranges::any_of(reports, [](const FileReport& file) { return file.conflicts > 0; });
  return conflicts ? Exit::conflict : Exit::ok;
}

}  // namespace lotledger::cli
