// tests/sim/local_damage.cc - files that rot at rest, and writes that land elsewhere. All of it is done to a copy of
// the disk, so that the run goes on with what is sound.
#include "tests/sim/local_world.h"

#include <algorithm>

namespace lotledger::tests {

using namespace engine;

namespace {

constexpr const char* k_log = "log";

bool is_segment(const std::string& path) {
  return path.ends_with(".seg");
}

}  // namespace

/// `head` is written when the log is opened, when a segment is sealed, and when the writer is idle.
Seq LocalWorld::head_known() const {
  const Seq count = told_.size();
  const Seq sealed = count - count % plan_.records_per_segment;
  return sealed == 0 ? published_ : std::max(published_, sealed - 1);
}

LocalWorld::Hit LocalWorld::hit_at(const RawLog& raw, const std::string& path, std::size_t offset, Fault kind) const {
  Hit hit;
  hit.path = path;
  hit.offset = offset;
  hit.gone = kind == Fault::cut_file;
  for (const RawRecord& record : raw.records) {
    if (record.file == path && offset >= record.begin && offset < record.end) hit.record = record.seq;
  }
  const RawRecord& newest = raw.records.back();
  const bool growing = (newest.seq + 1) % plan_.records_per_segment != 0;
  hit.last_segment = is_segment(path) && (growing ? path >= newest.file : path > newest.file);
  if (!growing || path != newest.file) return hit;
  // A bit is a crash's doing in the last group only; of what is cut off nobody knows but `head`.
  std::size_t known_to = newest.frame;
  if (hit.gone) known_to = raw.records[head_known()].file == path ? raw.records[head_known()].end : 0;
  hit.may_be_torn = offset >= known_to && head_known() < newest.seq;
  return hit;
}

/// A bit is flipped, or the end of a file is gone.
void LocalWorld::damage(Fault kind) {
  if (fault_dice_.chance(70)) publish();
  const auto disk = disk_->copy();
  std::vector<std::string> paths;
  for (const std::string& path : disk->paths()) {
    if (!disk->content(path).empty()) paths.push_back(path);
  }
  std::string path = fault_dice_.pick(paths);
  const std::size_t size = disk->content(path).size();
  const RawLog raw = read_raw_log(*disk, k_log);
  std::size_t offset = fault_dice_.below(size);
  if (fault_dice_.chance(50)) {
    // Most bytes are bodies: header, padding and checksum of a record shall be hit as well.
    const RawRecord& record = fault_dice_.pick(raw.records);
    path = record.file;
    offset = fault_dice_.chance(50) ? record.begin + fault_dice_.below(128) : record.end - 1 - fault_dice_.below(20);
  }
  const Hit hit = hit_at(raw, path, offset, kind);
  if (kind == Fault::bit_flip) {
    disk->flip(path, hit.offset, static_cast<std::uint8_t>(1U << fault_dice_.below(8)));
  } else {
    disk->cut(path, hit.offset);
  }
  count(result_.faults, kind);
  note(std::string(kind == Fault::bit_flip ? "flips a bit of " : "cuts ") + path + " at " + std::to_string(hit.offset) +
       (hit.may_be_torn ? ", which may be a torn tail" : ""));
  check_found(*disk, hit);
  if (verdict_.ok()) check_reading(*disk, hit);
  if (verdict_.ok()) check_opening(*disk, hit);
}

/// Verification finds every damaged byte but those of `durable`, and names file and record.
void LocalWorld::check_found(SimDisk& disk, const Hit& hit) {
  const auto verified = verify_local_log(disk, k_log);
  if (!verified.has_value()) return verdict_.fail(Checker::damage, "verification fails: " + verified.error().message);
  if (hit.path.ends_with("/durable")) return;
  const std::string where = hit.path + " at " + std::to_string(hit.offset);
  if (!verified->first_bad) {
    // Where only the frame of the last group is hit, its records are whole, and nothing is lost.
    const bool whole = verified->records == told_.size();
    const bool torn = hit.may_be_torn && (verified->torn_bytes > 0 || hit.gone || whole);
    verdict_.require(Checker::damage, torn, "verification does not find the damage of " + where);
    return;
  }
  verdict_.require(Checker::damage, verified->first_bad->file == hit.path || hit.gone,
                   "verification names " + verified->first_bad->file + ", damaged is " + where);
  verdict_.require(Checker::damage, !hit.record || verified->first_bad->seq <= *hit.record,
                   "verification calls record " + std::to_string(verified->first_bad->seq) +
                       " the first bad one, damaged is " + where);
}

/// A reader shows what was told, or says what is damaged; it never shows anything else.
void LocalWorld::check_reading(SimDisk& disk, const Hit& hit) {
  const auto reader = open_local_reader(disk, k_log);
  const auto corrupt = [&](const Error& error) {
    const bool named =
        error.message.find(".seg") != std::string::npos || error.message.find("/head") != std::string::npos;
    verdict_.require(Checker::damage, error.code == ErrorCode::corrupt && named,
                     "a reader of damaged files says: " + error.message);
  };
  if (!reader.has_value()) return corrupt(reader.error());
  Seq next = 0;
  const auto read = (*reader)->read(0, k_no_seq, [&](const StoredRecord& record) {
    const bool same = next < told_.size() && raw_leaf(record.header_bytes()) == told_[next].leaf &&
                      sha256(record.body()) == record.header().body_hash;
    ++next;
    return verdict_.require(Checker::damage, same, "a reader shows a damaged record " + std::to_string(next - 1));
  });
  if (!read.has_value()) return corrupt(read.error());
  const Seq least = head_known();
  verdict_.require(
      Checker::damage, next > least || hit.gone,
      "a reader shows " + std::to_string(next) + " records, though `head` knows record " + std::to_string(least));
  const bool shown = hit.record && *hit.record < next && !hit.gone;
  verdict_.require(Checker::damage, !shown, "a reader shows record " + hit.path + " without a word of its damage");
}

/// A writer starts only on what is sound, and cuts nothing but a torn tail.
void LocalWorld::check_opening(SimDisk& disk, const Hit& hit) {
  const auto opened = LocalLog::open(disk, k_log);
  if (!opened.has_value()) {
    verdict_.require(Checker::damage, opened.error().code == ErrorCode::corrupt,
                     "a start on damaged files says: " + opened.error().message);
    return;
  }
  const bool must_refuse = hit.last_segment && !hit.may_be_torn && !(hit.gone && hit.path.ends_with("/durable"));
  const Head found = (*opened)->durable();
  if (must_refuse) {
    return verdict_.fail(Checker::damage, "a writer starts on a damaged " + hit.path + " at " +
                                              std::to_string(hit.offset) + " and stands at record " +
                                              std::to_string(found.seq));
  }
  const Seq least = hit.may_be_torn ? head_known() : last().seq;
  verdict_.require(
      Checker::damage,
      found.seq != k_no_seq && found.seq >= least && found.seq < told_.size() && found.leaf == told_[found.seq].leaf,
      "a writer starts at record " + std::to_string(found.seq) + " on damaged files, expected at least " +
          std::to_string(least));
}

/// A copy of the disk on which two more groups of one record each were written, by a process that was killed then.
std::unique_ptr<SimDisk> LocalWorld::branch(std::string_view content) const {
  auto disk = disk_->copy();
  auto log = LocalLog::open(*disk, k_log);
  for (int group = 0; group < 2 && log.has_value(); ++group) {
    RecordHeader header;
    header.ledger = (*log)->ledger();
    header.seq = (*log)->tail().seq + 1;
    header.previous_leaf = (*log)->tail().leaf;
    header.recorded_at = told_.back().recorded_at;
    const StoredRecord record = make_record(header, bytes_of(content));
    ignore((*log)->append({&record, 1}), "the caller looks at what the files hold");
    ignore((*log)->sync(), "the caller looks at what the files hold");
  }
  return disk->copy();  // Before the log is closed, which would write `head`.
}

/// The last group of one copy stands behind the last but one of another: each byte is sound, and the chain is broken.
void LocalWorld::splice() {
  publish();
  const auto disk = branch("one history");
  const auto other = branch("and another");
  const RawLog raw = read_raw_log(*disk, k_log);
  const RawLog foreign = read_raw_log(*other, k_log);
  const Seq spliced = told_.size() + 1;
  if (raw.records.size() != spliced + 1 || foreign.records.size() != spliced + 1) return;
  const RawRecord& place = raw.records[spliced];
  if (place.file != raw.records[spliced - 1].file || (spliced + 1) % plan_.records_per_segment == 0) return;
  ByteVector bytes = disk->content(place.file);
  const ByteVector taken = other->content(place.file);
  std::copy(taken.begin() + static_cast<std::ptrdiff_t>(place.frame), taken.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(place.frame));
  disk->put(place.file, std::move(bytes));
  count(result_.faults, Fault::spliced_group);
  note("splices a group of another history behind record " + std::to_string(spliced - 1));
  const auto verified = verify_local_log(*disk, k_log);
  if (verified.has_value() && verified->first_bad) note("found: " + verified->first_bad->why);
  verdict_.require(Checker::damage, verified.has_value() && verified->first_bad && verified->first_bad->seq == spliced,
                   "verification does not find the group of another history at record " + std::to_string(spliced));
  const auto opened = LocalLog::open(*disk, k_log);
  verdict_.require(Checker::damage, !opened.has_value() && opened.error().code == ErrorCode::corrupt,
                   "a writer starts behind a group of another history");
}

/// One write of a few more groups lands elsewhere in its file; no call says so.
void LocalWorld::misdirect() {
  publish();
  const auto disk = disk_->copy();
  std::vector<Digest> leaves;
  for (const Told& told : told_) leaves.push_back(told.leaf);
  {
    auto log = LocalLog::open(*disk, k_log);
    if (!log.has_value()) return verdict_.fail(Checker::damage, log.error().message);
    disk->misdirect_write(1 + fault_dice_.below(4));
    for (int group = 0; group < 2; ++group) {
      RecordHeader header;
      header.ledger = (*log)->ledger();
      header.seq = (*log)->tail().seq + 1;
      header.previous_leaf = (*log)->tail().leaf;
      header.recorded_at = told_.back().recorded_at;
      const StoredRecord record = make_record(header, bytes_of("a record of " + std::to_string(group)));
      const bool taken = (*log)->append({&record, 1}).has_value() && (*log)->sync().has_value();
      if (!taken) break;
      leaves.push_back(raw_leaf(record.header_bytes()));
    }
  }
  if (disk->misdirected() == 0) return;
  count(result_.faults, Fault::misdirected_write);
  const RawLog raw = read_raw_log(*disk, k_log);
  const bool sound = raw.fault.empty() && raw.records.size() >= leaves.size();
  const auto verified = verify_local_log(*disk, k_log);
  const bool found = !verified.has_value() || verified->first_bad;
  verdict_.require(Checker::damage, sound || found,
                   "a write went astray (" + raw.fault + "), and verification finds nothing");
  const auto reader = open_local_reader(*disk, k_log);
  if (!reader.has_value()) return;
  Seq next = 0;
  const auto read = (*reader)->read(0, k_no_seq, [&](const StoredRecord& record) {
    const bool same = next < leaves.size() && raw_leaf(record.header_bytes()) == leaves[next];
    ++next;
    return verdict_.require(Checker::damage, same,
                            "a reader shows record " + std::to_string(next - 1) + " as it was never written");
  });
  verdict_.require(Checker::damage, !read.has_value() || sound || next < leaves.size() || found,
                   "a reader shows everything, though a write went astray");
}

}  // namespace lotledger::tests
