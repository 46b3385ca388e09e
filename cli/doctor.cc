// cli/doctor.cc - doctor: looks at everything, says what is wrong and what mends it, and mends what is safe after
// asking.
#include "cli/commands.h"
#include "cli/doctor_files.h"
#include "cli/doctor_ledger.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/query.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <ostream>

namespace lotledger::cli {
namespace {

/// Less than this free, and a day of heavy import may fill the disk.
constexpr std::uint64_t k_free_bytes_min = std::uint64_t{1} << 30;

void examine_folder(const std::string& path, Examination& seen) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return seen.attention("data folder", path + " does not exist", "lotledger --data " + path + " init");
  if (!S_ISDIR(status.st_mode))
    return seen.attention("data folder", path + " is no folder", "name another one with --data");
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return seen.attention("data folder", path + ": this user may not read and write it",
                          "run as the owner of the folder");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return seen.attention("data folder", path + " is open to other users",
                          Repair{"chmod 700 " + path, [path]() -> Result<void> {
                                   if (::chmod(path.c_str(), S_IRWXU) == 0) return {};
                                   return fail(ErrorCode::io, path + ": its mode cannot be changed; run as its owner");
                                 }});
  }
  seen.good("data folder", path);
}

void examine_space(const std::string& path, Examination& seen) {
  struct statvfs space{};
  if (::statvfs(path.c_str(), &space) != 0) return;
  const std::uint64_t free = std::uint64_t{space.f_bavail} * space.f_frsize;
  const std::string text = std::to_string(free >> 20) + " MiB free";
  if (free < k_free_bytes_min) return seen.attention("disk space", text, "make room before the next import");
  seen.good("disk space", text);
}

/// Where one ledger cannot be opened, all are looked at by their files alone.
void examine_broken_ledgers(engine::Disk& disk, const DataFolder& folder, const Error& error, Examination& seen) {
  const std::string parent = folder.path() + "/ledgers";
  const auto names = disk.list(parent);
  if (!names.has_value() || error.code != ErrorCode::corrupt)
    return seen.attention("ledgers", error.message, "mend what the system says");
  seen.attention("ledgers", error.message, "see the findings below");
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}", parent, name);
    if (is_unfinished_ledger(disk, path).value_or(false)) continue;
    const std::string called = name_in_folder(disk, path);
    examine_damaged_log(disk, called.empty() ? name : called, path + "/log", seen);
  }
}

/// What a look is about.
struct Look {
  std::string ledger;  ///< Empty: all of them.
  Depth depth = Depth::full;
  std::vector<std::string> originals;  ///< Files that may take the place of damaged landed ones.
};

void examine_all(DataFolder& folder, const Look& look, Examination& seen) {
  const auto disk = engine::posix_disk();
  examine_folder(folder.path(), seen);
  examine_space(folder.path(), seen);
  const auto infos = folder.ledgers();
  std::set<std::string> landed;
  if (!infos.has_value()) {
    examine_broken_ledgers(*disk, folder, infos.error(), seen);
  } else if (infos->empty()) {
    seen.attention("ledgers", "there is none", "lotledger --data " + folder.path() + " init");
  } else {
    for (const LedgerInfo& info : *infos) {
      if (look.ledger.empty() || info.name() == look.ledger) examine_ledger(*disk, info, look.depth, landed, seen);
    }
  }
  examine_landed(folder, look.depth, landed, look.originals, seen);
  examine_keys(folder, seen);
  examine_leftovers(*disk, folder, seen);
}

enum class Consent : std::uint8_t { never, asked, given };

/// A yes of the person at the terminal; anything else is a no.
bool agrees(const Output& output, const Repair& repair) {
  output.err << fmt::format(fmt::runtime(output.say(Text::repair_question)), printable(repair.what)) << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes" || answer == "是");
}

/// Mends what may be mended; whether all of it was.
bool mend(const Output& output, const std::vector<Repair>& repairs, Consent consent) {
  bool all = true;
  for (const Repair& repair : repairs) {
    if (consent == Consent::never) {
      output.err << fmt::format(fmt::runtime(output.say(Text::repair_would)), printable(repair.what)) << '\n';
      all = false;
      continue;
    }
    if (consent == Consent::asked && !agrees(output, repair)) {
      all = false;
      continue;
    }
    const auto done = repair.run();
    if (done.has_value()) {
      output.err << fmt::format(fmt::runtime(output.say(Text::repair_done)), printable(repair.what)) << '\n';
    } else {
      print_error(output, done.error());
      all = false;
    }
  }
  return all;
}

Exit print_examination(const Output& output, const Examination& seen) {
  const Json head{{"kind", "doctor"}, {"ok", seen.sound()}};
  print_listing(
      output,
      {head,
       "checks",
       {{"verdict", Text::verdict}, {"check", Text::subject}, {"detail", Text::detail}, {"remedy", Text::remedy}}},
      seen.rows());
  return seen.sound() ? Exit::ok : Exit::negative;
}

Result<Consent> consent_of(const Call& call) {
  if (call.has("dry-run")) return Consent::never;
  if (call.has("yes")) return Consent::given;
  if (::isatty(STDIN_FILENO) == 1) return Consent::asked;
  return fail_with_hint(ErrorCode::invalid_input,
                        "'doctor --repair' asks before each repair, and nobody can answer here",
                        "say --yes to agree to all, or --dry-run to see what it would do");
}

Result<Exit> run_doctor(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  const Look look{call.settings.ledger, call.has("quick") ? Depth::quick : Depth::full, call.all("FILE")};
  Examination seen(call.out);
  if (!call.has("repair")) {
    examine_all(folder, look, seen);
    return print_examination(call.out, seen);
  }
  LL_ASSIGN(const Consent consent, consent_of(call));
  examine_all(folder, look, seen);
  if (!mend(call.out, seen.repairs(), consent) || seen.repairs().empty()) return print_examination(call.out, seen);
  // The answer is about what stands there now.
  Examination after(call.out);
  examine_all(folder, look, after);
  return print_examination(call.out, after);
}

}  // namespace

void add_doctor(CommandTable& table) {
  Command doctor;
  doctor.path = "doctor";
  doctor.summary = {"look at every file of the data folder; mend what is safe to mend",
                    "检查数据目录中的每个文件；修复可安全修复的部分"};
  doctor.arguments = {{"FILE",
                       {"with --repair: originals of landed files that are damaged or missing",
                        "与 --repair 连用：已损坏或缺失的来源文件的原件"},
                       Times::repeated}};
  doctor.options = {
      {"quick", "", {"ends of files only, not every byte", "只看文件两端，不逐字节检查"}},
      {"repair", "", {"mend what loses nothing, asking before each", "修复不会丢失数据的部分，逐项询问"}},
      {"yes", "", {"with --repair: agree to all", "与 --repair 连用：全部同意"}},
      {"dry-run", "", {"with --repair: say what would be done, do nothing", "与 --repair 连用：只说明，不执行"}}};
  doctor.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  doctor.examples = {
      {"doctor", {"exit 1 when something needs attention; says what mends it", "需注意时退出码 1，并给出补救方法"}},
      {"doctor --repair --dry-run", {"what it could mend", "可修复的项目"}},
      {"doctor --repair --yes receipts.csv",
       {"mend all; receipts.csv takes the place of its damaged landed copy",
        "全部修复；用 receipts.csv 替换损坏的副本"}}};
  doctor.run = run_doctor;
  table.commands.push_back(std::move(doctor));
}

}  // namespace lotledger::cli
