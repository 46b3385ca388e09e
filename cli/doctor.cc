// cli/doctor.cc - doctor: looks at everything, repairs nothing, says which command would.
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/position.h"
#include "cli/projections_of.h"
#include "cli/query.h"
#include "engine/log/log_files.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace lotledger::cli {
namespace {

/// Less than this free, and a day of heavy import may fill the disk.
constexpr std::uint64_t k_free_bytes_min = std::uint64_t{1} << 30;

class Examination {
 public:
  explicit Examination(const Output& output) : output_(output) {}

  void good(std::string_view check, std::string detail) { add(true, check, std::move(detail), {}); }
  void attention(std::string_view check, std::string detail, std::string_view remedy) {
    sound_ = false;
    add(false, check, std::move(detail), remedy);
  }
  [[nodiscard]] const std::vector<Json>& rows() const { return rows_; }
  [[nodiscard]] bool sound() const { return sound_; }

 private:
  void add(bool is_good, std::string_view check, std::string detail, std::string_view remedy) {
    rows_.push_back({{"check", std::string(check)},
                     {"good", is_good},
                     {"verdict", std::string(output_.say(is_good ? Text::check_good : Text::check_attention))},
                     {"detail", std::move(detail)},
                     {"remedy", text_json(remedy)}});
  }

  const Output& output_;
  std::vector<Json> rows_;
  bool sound_ = true;
};

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
    return seen.attention("data folder", path + " is open to other users", "chmod 700 " + path);
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

void examine_lock(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const auto locked = disk.locked(engine::lock_path(info.log_folder()));
  if (!locked.has_value())
    return seen.attention(info.name() + " writer", locked.error().message, "run as the owner of the folder");
  if (!*locked) return seen.good(info.name() + " writer", "nobody writes now");
  const auto socket = disk.exists(info.socket_path());
  if (socket.value_or(false))
    return seen.good(info.name() + " writer", "a process writes and takes submissions of others");
  seen.attention(info.name() + " writer",
                 "a process holds the writer lock and does not listen on " + info.socket_path(),
                 "wait until it has started; if it hangs, end it");
}

void examine_head(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  const auto slots = engine::read_head(disk, info.log_folder());
  if (!slots.has_value()) {
    return seen.attention(info.name() + " head", slots.error().message,
                          "lotledger audit verify --ledger " + info.name());
  }
  if (slots->faults.empty()) return seen.good(info.name() + " head", "both slots are whole");
  seen.attention(info.name() + " head",
                 "slot at offset " + std::to_string(slots->faults.front().offset) + ": " + slots->faults.front().why,
                 "the next writer repairs it from the other slot; if it comes back, check the disk");
}

void examine_stores(const LedgerInfo& info, Seq head, Examination& seen) {
  for (const auto& projection : projections::all_projections()) {
    const std::string name(projection->name());
    const std::string check = info.name() + " store " + name;
    projections::StoreFolder folder(info.stores_folder() + "/" + name);
    const auto store = folder.open_secondary(projection->fold_version());
    if (store.has_value()) {
      const Seq stands_at = (*store)->position().head.seq;
      const std::string detail = "stands at " + position_text(info.name(), stands_at) + ", " +
                                 std::to_string(head - stands_at) + " records behind the log";
      if (stands_at == k_no_seq || stands_at <= head) {
        seen.good(check, detail);
      } else {
        seen.attention(check, "is ahead of the log: " + position_text(info.name(), stands_at),
                       "lotledger projection rebuild " + name);
      }
      continue;
    }
    if (store.error().code == ErrorCode::not_found) {
      seen.good(check, "none of this version yet: readers fold the log, the next writer makes it");
    } else {
      seen.attention(check, store.error().message, "lotledger projection rebuild " + name);
    }
  }
}

void examine_rows(ReadSession& session, Examination& seen) {
  const std::string check = session.info().name() + " dead-letter queue";
  const auto store = session.store("genealogy");
  if (!store.has_value()) return seen.attention(check, store.error().message, "lotledger projection rebuild genealogy");
  const projections::GenealogyReader reader(**store, {});
  const std::size_t open = reader.open_rows().size();
  const std::size_t waiting = reader.waiting_withdrawals().size();
  if (open > 0) {
    seen.attention(check, std::to_string(open) + " open row(s): answers that they name are incomplete",
                   "lotledger dlq list");
  } else {
    seen.good(check, "empty");
  }
  if (waiting > 0) {
    seen.good(session.info().name() + " withdrawals",
              std::to_string(waiting) + " wait for events that have not arrived");
  }
  const std::size_t unreadable = reader.unreadable_records().size();
  if (unreadable > 0) {
    seen.attention(session.info().name() + " records", std::to_string(unreadable) + " record(s) of a later program",
                   "install the version that wrote them");
  }
}

void examine_ledger(engine::Disk& disk, const LedgerInfo& info, Examination& seen) {
  examine_lock(disk, info, seen);
  examine_head(disk, info, seen);
  const auto session = ReadSession::open(info);
  if (!session.has_value()) {
    return seen.attention(info.name() + " log", session.error().message,
                          "lotledger audit verify --ledger " + info.name());
  }
  const Seq head = (*session)->head().seq;
  seen.good(info.name() + " log", "durable up to " + position_text(info.name(), head));
  examine_stores(info, head, seen);
  examine_rows(**session, seen);
}

void examine_ledgers(DataFolder& folder, const std::string& name, Examination& seen) {
  const auto disk = engine::posix_disk();
  const auto infos = folder.ledgers();
  if (!infos.has_value()) return seen.attention("ledgers", infos.error().message, "lotledger audit verify");
  if (infos->empty()) return seen.attention("ledgers", "there is none", "lotledger --data " + folder.path() + " init");
  for (const LedgerInfo& info : *infos) {
    if (name.empty() || info.name() == name) examine_ledger(*disk, info, seen);
  }
}

Result<Exit> run_doctor(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  Examination seen(call.out);
  examine_folder(folder.path(), seen);
  examine_space(folder.path(), seen);
  examine_ledgers(folder, call.settings.ledger, seen);
  const Json head{{"kind", "doctor"}, {"ok", seen.sound()}};
  print_listing(
      call.out,
      {head,
       "checks",
       {{"verdict", Text::verdict}, {"check", Text::subject}, {"detail", Text::detail}, {"remedy", Text::remedy}}},
      seen.rows());
  return seen.sound() ? Exit::ok : Exit::negative;
}

}  // namespace

void add_doctor(CommandTable& table) {
  Command doctor;
  doctor.path = "doctor";
  doctor.summary = {"look at folder, locks, logs, stores and open rows; repairs nothing",
                    "检查目录、锁、日志、存储与待处理行；不做修复"};
  doctor.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  doctor.examples = {
      {"doctor",
       {"exit 1 when something needs attention; says which command mends it", "需注意时退出码 1，并给出补救命令"}}};
  doctor.run = run_doctor;
  table.commands.push_back(std::move(doctor));
}

}  // namespace lotledger::cli
