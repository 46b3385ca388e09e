// cli/ledger.cc - ledgers of a data folder; sessions for reading and writing.
#include "cli/ledger.h"

#include "cli/version.h"
#include "engine/base/random.h"
#include "engine/codec/codec.h"
#include "engine/log/log_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::cli {
namespace {

using engine::Disk;

/// Position of record 0's dedup key: the ledger is created once.
constexpr std::string_view k_created_id = "ledger";
/// A copy of the ledger's name for people, read only where record 0 cannot be.
constexpr std::string_view k_name_file = "name";

bool good_name(const std::string& name) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), good);
}

LedgerId random_ledger_id() {
  LedgerId id;
  SystemRandom().fill(id.bytes);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);  // RFC 4122: version 4,
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);  // variant 1.
  return id;
}

std::uint64_t random_writer_id() {
  std::uint8_t bytes[8];
  SystemRandom().fill(bytes);
  return load_le<std::uint64_t>(bytes);
}

engine::Body creation_body(const engine::LedgerCreated& created) {
  engine::Body body;
  body.actor.id = ActorId{"system"};
  body.source.system = "lotledger";
  body.source.message_id = std::string(k_created_id);
  body.software = std::string(k_software);
  engine::Event event;
  event.body = engine::SystemEvent{created};
  body.events.push_back(std::move(event));
  return body;
}

/// Record 0 of a new ledger.
Result<engine::StoredRecord> creation_record(const LedgerId& id, const engine::LedgerCreated& created) {
  engine::BodyEncoder encoder;
  LL_ASSIGN(const Bytes body, encoder.encode(creation_body(created)));
  engine::RecordHeader header;
  header.ledger = id;
  header.writer = random_writer_id();
  header.recorded_at = SystemClock().now();
  return engine::make_record(header, body);
}

/// Writes record 0 into an empty log.
Result<void> write_first(Disk& disk, const std::string& folder, const engine::StoredRecord& first) {
  LL_ASSIGN(auto log, engine::LocalLog::open(disk, folder));
  LL_TRY(log->append(std::span(&first, 1)));
  LL_TRY(log->sync());
  return log->publish_head();
}

Result<LedgerInfo> read_info(Disk& disk, const std::string& folder) {
  LedgerInfo info;
  info.folder = folder;
  LL_ASSIGN(const auto log, engine::open_local_reader(disk, info.log_folder()));
  info.id = log->ledger();
  LL_ASSIGN(const engine::StoredRecord first, log->at(0));
  auto created = creation_in(first);
  if (!created.has_value()) return fail(created.error().code, folder + ": " + created.error().message);
  info.created = std::move(*created);
  return info;
}

}  // namespace

Result<engine::LedgerCreated> creation_in(const engine::StoredRecord& first) {
  LL_ASSIGN(const schema::Body* body, engine::verify_body(first.body()));
  const auto* area = body->events()->size() > 0 ? body->events()->Get(0)->area_as_system() : nullptr;
  if (area == nullptr || area->event_as_ledger_created() == nullptr)
    return fail(ErrorCode::corrupt, "record 0 does not create a ledger");
  const engine::Body decoded = engine::decode_body(*body);
  return std::get<engine::LedgerCreated>(std::get<engine::SystemEvent>(decoded.events.front().body));
}

std::string name_in_folder(engine::Disk& disk, const std::string& folder) {
  const auto name = engine::read_file(disk, folder + "/" + std::string(k_name_file), 64);
  return name.has_value() ? std::string(lotledger::text_of(*name)) : std::string();
}

Result<bool> is_unfinished_ledger(engine::Disk& disk, const std::string& folder) {
  LL_ASSIGN(const bool named, disk.exists(folder + "/" + std::string(k_name_file)));
  if (named) return false;
  LL_ASSIGN(const bool has_log, disk.exists(folder + "/log"));
  if (!has_log) {
    // A file is no ledger's folder, and one that holds anything was more than begun.
    LL_ASSIGN(const auto names, disk.list(folder));
    return names.empty();
  }
  const auto log = engine::open_local_reader(disk, folder + "/log");
  if (log.has_value()) return (*log)->durable().seq == k_no_seq;
  if (log.error().code != ErrorCode::not_found) return false;
  return engine::is_unfinished_creation(disk, folder + "/log");
}

Result<LedgerInfo> DataFolder::create_ledger(const engine::LedgerCreated& created) {
  if (!good_name(created.name)) {
    return fail(
        ErrorCode::invalid_input,
        "\"" + created.name + "\" is no ledger name: 1 to 32 of A-Z a-z 0-9 - _ . (it prefixes every position)");
  }
  LL_TRY(check_new(created));
  LL_ASSIGN(const engine::StoredRecord first, creation_record(random_ledger_id(), created));
  return make_ledger(first, created);
}

Result<LedgerInfo> DataFolder::adopt_ledger(const engine::StoredRecord& first) {
  LL_ASSIGN(const engine::LedgerCreated created, creation_in(first));
  LL_TRY(check_new(created));
  return make_ledger(first, created);
}

Result<void> DataFolder::check_new(const engine::LedgerCreated& created) {
  LL_ASSIGN(const auto existing, ledgers());
  for (const LedgerInfo& info : existing) {
    if (info.name() == created.name)
      return fail(ErrorCode::conflict, path_ + " holds a ledger " + created.name + " already");
    if (info.created.environment != created.environment) {
      return fail(ErrorCode::conflict, path_ + " holds the " + std::string(engine::name_of(info.created.environment)) +
                                           " ledger " + info.name() +
                                           "; ledgers of different environments never mix: use another --data folder");
    }
  }
  return {};
}

Result<LedgerInfo> DataFolder::make_ledger(const engine::StoredRecord& first, const engine::LedgerCreated& created) {
  const auto disk = engine::posix_disk();
  const LedgerId& id = first.header().ledger;
  const std::string folder = path_ + "/ledgers/" + id.text();
  LL_TRY(disk->make_folders(folder));
  LL_TRY(disk->make_folders(landed_folder()));
  LL_TRY(engine::LocalLog::create(*disk, folder + "/log", id, {created.records_per_segment}));
  LL_TRY(write_first(*disk, folder + "/log", first));
  LL_TRY(engine::replace_file(*disk, folder + "/" + std::string(k_name_file), bytes_of(created.name)));
  return read_info(*disk, folder);
}

Result<std::vector<LedgerInfo>> DataFolder::ledgers() {
  const auto disk = engine::posix_disk();
  std::vector<LedgerInfo> found;
  const std::string folder = path_ + "/ledgers";
  LL_ASSIGN(const bool exists, disk->exists(folder));
  if (!exists) return found;
  LL_ASSIGN(const auto names, disk->list(folder));
  for (const std::string& name : names) {
    const std::string path = fmt::format("{}/{}", folder, name);
    LL_ASSIGN(const bool unfinished, is_unfinished_ledger(*disk, path));
    if (unfinished) continue;
    auto info = read_info(*disk, path);
    if (!info.has_value()) {
      // A file that is missing from a ledger that is there is damage.
      const ErrorCode code = info.error().code;
      return fail(code == ErrorCode::not_found ? ErrorCode::corrupt : code, std::move(info.error().message));
    }
    found.push_back(std::move(*info));
  }
  std::sort(found.begin(), found.end(), [](const LedgerInfo& a, const LedgerInfo& b) { return a.name() < b.name(); });
  return found;
}

Result<LedgerInfo> DataFolder::ledger(const std::string& name) {
  LL_ASSIGN(auto found, ledgers());
  return choose(std::move(found), name);
}

Result<LedgerInfo> DataFolder::choose(std::vector<LedgerInfo> found, const std::string& name) const {
  if (found.empty()) {
    return fail(ErrorCode::not_found,
                path_ + " holds no ledger; make one with: lotledger --data " + path_ + " init --ledger NAME");
  }
  std::string names;
  for (LedgerInfo& info : found) {
    if (info.name() == name) return std::move(info);
    names += (names.empty() ? "" : ", ") + info.name();
  }
  if (!name.empty()) return fail(ErrorCode::not_found, path_ + " holds no ledger " + name + "; there is " + names);
  if (found.size() > 1)
    return fail(ErrorCode::invalid_input, path_ + " holds several ledgers (" + names + "); choose one with --ledger");
  return std::move(found.front());
}

ReadSession::ReadSession(LedgerInfo info, std::unique_ptr<engine::Disk> disk, std::unique_ptr<engine::LogReader> log)
    : info_(std::move(info)), disk_(std::move(disk)), log_(std::move(log)) {}

Result<std::unique_ptr<ReadSession>> ReadSession::open(const LedgerInfo& info) {
  auto disk = engine::posix_disk();
  LL_ASSIGN(auto log, engine::open_local_reader(*disk, info.log_folder()));
  return std::unique_ptr<ReadSession>(new ReadSession(info, std::move(disk), std::move(log)));
}

Result<projections::StoreReader*> ReadSession::store(std::string_view projection) {
  for (projections::Folded& folded : folded_) {
    if (folded.projection->name() == projection) return folded.store.get();
  }
  auto model = projections::projection_named(projection);
  if (model == nullptr)
    return fail(ErrorCode::invalid_input, "there is no projection \"" + std::string(projection) + "\"");
  LL_ASSIGN(auto folded, projections::open_for_reading(std::move(model), info_.stores_folder(), *log_, head().seq));
  folded_.push_back(std::move(folded));
  return folded_.back().store.get();
}

Result<const projections::GraphView*> ReadSession::graph() {
  if (!std::exchange(graph_opened_, true)) {
    LL_ASSIGN(const projections::StoreReader* genealogy, store("genealogy"));
    LL_ASSIGN(graph_, projections::open_graph(*disk_, info_.stores_folder(), *genealogy, *log_));
  }
  return graph_.get();
}

namespace {

/// The last record recorded at or before `at`: recorded_at never decreases, so halving finds it.
Result<Seq> last_recorded_by(engine::LogReader& log, Instant at) {
  Seq low = 0;
  Seq high = log.durable().seq + 1;  // First record known to be later.
  while (low < high) {
    const Seq middle = low + (high - low) / 2;
    LL_ASSIGN(const engine::StoredRecord record, log.at(middle));
    if (record.header().recorded_at <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return fail(ErrorCode::not_found, "nothing had been recorded by " + format_utc(at));
  return low - 1;
}

std::optional<Seq> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 19) return std::nullopt;
  Seq number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<Seq>(c - '0');
  }
  return number;
}

}  // namespace

Result<Seq> ReadSession::resolve_position(const std::string& text) {
  std::string_view number = text;
  if (number.starts_with(info_.name() + ":")) number.remove_prefix(info_.name().size() + 1);
  if (const auto seq = parse_number(number)) {
    const bool beyond = head().seq == k_no_seq || *seq > head().seq;
    if (beyond) {
      return fail(ErrorCode::not_found, text + " is beyond the end of ledger " + info_.name() + ", which stands at " +
                                            std::to_string(head().seq));
    }
    return *seq;
  }
  const auto at = parse_instant(text);
  if (at.has_value()) return last_recorded_by(*log_, at->at);
  return fail(ErrorCode::invalid_input, "\"" + text + "\" is neither a position (N or " + info_.name() +
                                            ":N) nor a time with an offset (" + at.error().message + ")");
}

}  // namespace lotledger::cli
