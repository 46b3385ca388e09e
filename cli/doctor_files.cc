// cli/doctor_files.cc - looks at landed files, keys and leftovers.
#include "cli/doctor_files.h"

#include "cli/landing.h"
#include "engine/evidence/sealed.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <map>

namespace lotledger::cli {
namespace {

/// A file that is younger may belong to a process that is still at it.
constexpr std::time_t k_leftover_seconds_min = 3600;
constexpr std::size_t k_hash_digits = 64;

std::vector<std::string> names_in(engine::Disk& disk, const std::string& folder) {
  auto names = disk.list(folder);
  return names.has_value() ? std::move(*names) : std::vector<std::string>();
}

bool is_hash(std::string_view name) {
  return name.size() == k_hash_digits && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Files by their hashes, those that can be read.
std::map<std::string, std::string> by_hash(engine::Disk& disk, const std::vector<std::string>& files) {
  std::map<std::string, std::string> found;
  for (const std::string& file : files) {
    const auto hash = hash_of_file(disk, file);
    if (hash.has_value()) found[hash->hex()] = file;
  }
  return found;
}

class LandedFiles {
 public:
  LandedFiles(engine::Disk& disk, std::string folder, const std::vector<std::string>& originals, Examination& seen)
      : disk_(disk), folder_(std::move(folder)), originals_(by_hash(disk, originals)), seen_(seen) {}

  /// Whether the file's content is what its name says.
  void check(const std::string& hash) {
    const auto found = hash_of_file(disk_, path(hash));
    ++count_;
    if (!found.has_value()) {
      tell(hash, found.error().message);
    } else if (found->hex() != hash) {
      tell(hash, path(hash) + ": its SHA-256 is " + found->hex());
    }
  }
  void missing(const std::string& hash) { tell(hash, path(hash) + ": is missing, and records name it"); }
  void tell_good() {
    if (bad_ == 0) seen_.good("landed files", fmt::format("{} whole", count_));
  }

 private:
  [[nodiscard]] std::string path(const std::string& hash) const { return folder_ + "/" + hash; }
  void tell(const std::string& hash, std::string detail) {
    ++bad_;
    const auto original = originals_.find(hash);
    if (original == originals_.end()) {
      return seen_.attention(
          "landed files", std::move(detail),
          "give its original: lotledger doctor --repair FILE, or import it again; the ledger is whole without it");
    }
    seen_.attention("landed files", std::move(detail),
                    Repair{"land " + original->second + " again as " + path(hash),
                           [folder = folder_, file = original->second]() -> Result<void> {
                             LL_TRY(land_file(folder, file));
                             return {};
                           }});
  }

  engine::Disk& disk_;
  std::string folder_;
  std::map<std::string, std::string> originals_;
  Examination& seen_;
  std::size_t count_ = 0;
  std::size_t bad_ = 0;
};

bool is_old(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && std::time(nullptr) - status.st_mtime >= k_leftover_seconds_min;
}

void examine_leftovers_in(engine::Disk& disk, const std::string& folder, Examination& seen) {
  for (const std::string& name : names_in(disk, folder)) {
    const std::string path = fmt::format("{}/{}", folder, name);
    const bool temporary = name.ends_with(".part") || name.ends_with(".new");
    if (!temporary || !is_old(path)) continue;
    seen.attention("leftovers", path + ": was being made when a process ended, and nobody reads it",
                   Repair{"remove " + path, [path] { return engine::posix_disk()->remove(path); }});
  }
}

/// Under the lock that the creation of a log takes, so that nothing goes that is being made just now.
Result<void> remove_unfinished(const std::string& folder) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const bool has_log, disk->exists(folder + "/log"));
  std::unique_ptr<engine::DiskLock> lock;
  if (has_log) {
    LL_ASSIGN(lock, disk->lock(engine::lock_path(folder + "/log")));
  }
  LL_ASSIGN(const bool unfinished, is_unfinished_ledger(*disk, folder));
  if (!unfinished) return fail(ErrorCode::conflict, folder + ": is a ledger by now");
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return fail(ErrorCode::io, folder + ": cannot be removed: " + error.message());
  return {};
}

}  // namespace

void examine_landed(DataFolder& data, Depth depth, const std::set<std::string>& wanted,
                    const std::vector<std::string>& originals, Examination& seen) {
  const auto disk = engine::posix_disk();
  LandedFiles files(*disk, data.landed_folder(), originals, seen);
  std::set<std::string> there;
  for (const std::string& name : names_in(*disk, data.landed_folder())) {
    if (!is_hash(name)) continue;
    there.insert(name);
    if (depth == Depth::full) files.check(name);
  }
  for (const std::string& hash : wanted) {
    if (!there.contains(hash)) files.missing(hash);
  }
  if (depth == Depth::full) files.tell_good();
}

void examine_keys(DataFolder& data, Examination& seen) {
  const auto disk = engine::posix_disk();
  std::size_t whole = 0;
  const auto names = names_in(*disk, data.keys_folder());
  for (const std::string& name : names) {
    if (!name.ends_with(".key")) continue;
    const std::string path = data.keys_folder() + "/" + name;
    const auto checked = engine::check_key_file(*disk, path);
    if (!checked.has_value()) {
      seen.attention("keys", checked.error().message,
                     "restore it from a copy; what is sealed under it stays sealed until then");
      continue;
    }
    ++whole;
    struct stat status{};
    const bool open = ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    if (!open) continue;
    seen.attention("keys", path + ": is open to other users",
                   Repair{"chmod 600 " + path, [path]() -> Result<void> {
                            if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0) return {};
                            return fail(ErrorCode::io, path + ": its mode cannot be changed; run as its owner");
                          }});
  }
  if (whole > 0) seen.good("keys", fmt::format("{} whole", whole));
}

void examine_leftovers(engine::Disk& disk, DataFolder& data, Examination& seen) {
  const std::string ledgers = data.path() + "/ledgers";
  examine_leftovers_in(disk, data.landed_folder(), seen);
  examine_leftovers_in(disk, data.keys_folder(), seen);
  for (const std::string& name : names_in(disk, ledgers)) {
    const std::string folder = fmt::format("{}/{}", ledgers, name);
    examine_leftovers_in(disk, folder, seen);
    examine_leftovers_in(disk, folder + "/log", seen);
    if (!is_unfinished_ledger(disk, folder).value_or(false)) continue;
    seen.attention("leftovers", folder + ": a ledger that was begun and never had a record",
                   Repair{"remove " + folder, [folder] { return remove_unfinished(folder); }});
  }
}

}  // namespace lotledger::cli
