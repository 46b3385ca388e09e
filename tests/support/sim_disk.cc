// tests/support/sim_disk.cc - the faulty disk in memory.
#include "tests/support/sim_disk.h"

#include "engine/base/assert.h"

#include <algorithm>

namespace lotledger::tests {

using engine::DiskLock;
using engine::File;
using engine::OpenMode;

namespace {
/// SplitMix64: small, and the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

std::unexpected<Error> injected(const std::string& path, std::string_view what) {
  return fail(ErrorCode::io, path + ": " + std::string(what) + ": injected failure");
}

void mark_dirty(SimInode& inode, std::size_t from, std::size_t to) {
  for (std::size_t page = from / k_sim_page_bytes; page * k_sim_page_bytes < to; ++page) inode.dirty_pages.insert(page);
}

void write_into(SimInode& inode, std::size_t offset, Bytes bytes) {
  if (bytes.empty()) return;
  if (inode.seen.size() < offset + bytes.size()) inode.seen.resize(offset + bytes.size());
  std::copy(bytes.begin(), bytes.end(), inode.seen.begin() + static_cast<std::ptrdiff_t>(offset));
  mark_dirty(inode, offset, offset + bytes.size());
}

std::size_t size_after_crash(const SimInode& inode, Dice& dice) {
  const std::size_t low = std::min(inode.seen.size(), inode.durable.size());
  const std::size_t high = std::max(inode.seen.size(), inode.durable.size());
  switch (dice.below(3)) {
    case 0: return inode.durable.size();
    case 1: return inode.seen.size();
    case 2:
      return std::min(high,
                      (low + dice.below(high - low + 1)) / k_sim_page_bytes * k_sim_page_bytes + k_sim_page_bytes);
  }
  return high;
}

/// One byte of the page as it survived: old up to or from a sector border, or wholly old or new.
struct PageFate {
  std::size_t new_from = 0;
  std::size_t new_to = 0;
};
PageFate fate_of_page(Dice& dice, CrashFaults& faults) {
  const std::size_t border = (1 + dice.below(k_sim_page_bytes / k_sim_sector_bytes - 1)) * k_sim_sector_bytes;
  const std::size_t fate = dice.below(6);
  if (fate < 2 && faults.tear_pages) {
    ++faults.torn_pages;
    return fate == 0 ? PageFate{0, border} : PageFate{border, k_sim_page_bytes};
  }
  if ((fate == 2 || fate == 3) && faults.lose_pages) {
    ++faults.lost_pages;
    return {0, 0};
  }
  return {0, k_sim_page_bytes};
}

std::shared_ptr<SimInode> crash_inode(const SimInode& inode, Dice& dice, CrashFaults& faults) {
  ByteVector found(faults.lose_pages ? size_after_crash(inode, dice) : inode.seen.size());
  const auto byte_or_zero = [](const ByteVector& bytes, std::size_t at) {
    return at < bytes.size() ? bytes[at] : std::uint8_t{0};
  };
  for (std::size_t page = 0; page * k_sim_page_bytes < found.size(); ++page) {
    const PageFate fate = inode.dirty_pages.contains(page) ? fate_of_page(dice, faults) : PageFate{};
    for (std::size_t i = 0; i < k_sim_page_bytes && page * k_sim_page_bytes + i < found.size(); ++i) {
      const std::size_t at = page * k_sim_page_bytes + i;
      const bool survives = i >= fate.new_from && i < fate.new_to;
      found[at] = byte_or_zero(survives ? inode.seen : inode.durable, at);
    }
  }
  return std::make_shared<SimInode>(SimInode{found, found, {}});
}
}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimDisk& disk, std::string path, std::shared_ptr<SimInode> inode, bool writable)
      : disk_(disk), path_(std::move(path)), inode_(std::move(inode)), writable_(writable) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableBytes to) const override {
    const std::lock_guard lock(disk_.mutex_);
    if (offset >= inode_->seen.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(to.size(), inode_->seen.size() - offset);
    std::copy_n(inode_->seen.begin() + static_cast<std::ptrdiff_t>(offset), count, to.begin());
    return count;
  }

  Result<void> write_at(std::uint64_t offset, Bytes bytes) override {
    LL_ASSERT(writable_, "a file opened for reading is not written");
    std::unique_lock lock(disk_.mutex_);
    disk_.pass_gate(lock);
    if (disk_.count_and_maybe_fail(DiskCall::write)) {
      write_into(*inode_, offset, bytes.first(Dice(disk_.calls_).below(bytes.size() + 1)));
      return injected(path_, "writing offset " + std::to_string(offset));
    }
    if (disk_.full_ && offset + bytes.size() > inode_->seen.size()) {
      ++disk_.failures_for_space_;
      const std::size_t room = inode_->seen.size() - std::min<std::size_t>(offset, inode_->seen.size());
      write_into(*inode_, offset, bytes.first(room));
      return fail(ErrorCode::io, path_ + ": writing offset " + std::to_string(offset) + ": no space left on device");
    }
    write_into(*inode_, disk_.landing(offset), bytes);
    return {};
  }

  Result<void> sync() override {
    std::unique_lock lock(disk_.mutex_);
    disk_.pass_gate(lock);
    if (disk_.count_and_maybe_fail(DiskCall::sync)) {
      // The pages look clean from now on, but the medium has them only by luck: none of them here.
      inode_->dirty_pages.clear();
      return injected(path_, "cannot be made durable");
    }
    // Only dirty pages are written: what an earlier failed sync dropped stays lost.
    ByteVector durable = inode_->durable;
    durable.resize(inode_->seen.size());
    for (const std::size_t page : inode_->dirty_pages) {
      const std::size_t from = page * k_sim_page_bytes;
      const std::size_t to = std::min(from + k_sim_page_bytes, durable.size());
      for (std::size_t at = from; at < to; ++at) durable[at] = inode_->seen[at];
    }
    inode_->durable = std::move(durable);
    inode_->dirty_pages.clear();
    return {};
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard lock(disk_.mutex_);
    return inode_->seen.size();
  }

  Result<void> resize(std::uint64_t size) override {
    LL_ASSERT(writable_, "a file opened for reading is not resized");
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.count_and_maybe_fail(DiskCall::resize)) return injected(path_, "resizing");
    const std::size_t before = inode_->seen.size();
    inode_->seen.resize(size);
    mark_dirty(*inode_, std::min<std::size_t>(before, size), std::max<std::size_t>(before, size));
    return {};
  }

 private:
  SimDisk& disk_;
  const std::string path_;
  const std::shared_ptr<SimInode> inode_;
  const bool writable_;
};

class SimLock final : public DiskLock {
 public:
  SimLock(SimDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~SimLock() override {
    const std::lock_guard lock(disk_.mutex_);
    disk_.locks_.erase(path_);
  }

 private:
  SimDisk& disk_;
  const std::string path_;
};

bool SimDisk::count_and_maybe_fail(DiskCall kind) {
  ++calls_;
  const auto index = static_cast<std::size_t>(kind);
  ++calls_of_[index];
  const bool fails = (fail_at_ && calls_ == *fail_at_) || (failed_ && fail_all_) ||
                     (fail_kind_ == kind && calls_of_[index] == fail_kind_at_);
  failed_ = failed_ || fails;
  if (fails) ++failures_[index];
  return fails;
}

void SimDisk::pass_gate(std::unique_lock<std::mutex>& lock) {
  if (calls_until_held_ == 0 || --calls_until_held_ > 0) return;
  held_ = true;
  gate_.notify_all();
  gate_.wait(lock, [this] { return !held_; });
}

void SimDisk::hold_call(std::uint64_t n) {
  const std::lock_guard lock(mutex_);
  calls_until_held_ = n;
}

void SimDisk::await_held() {
  std::unique_lock lock(mutex_);
  gate_.wait(lock, [this] { return held_; });
}

void SimDisk::release() {
  const std::lock_guard lock(mutex_);
  calls_until_held_ = 0;
  held_ = false;
  gate_.notify_all();
}

std::size_t SimDisk::landing(std::size_t offset) {
  if (writes_until_misdirected_ == 0 || --writes_until_misdirected_ > 0) return offset;
  ++misdirected_;
  return offset >= k_sim_page_bytes && calls_ % 2 == 0 ? offset - k_sim_page_bytes : offset + k_sim_page_bytes;
}

const std::shared_ptr<SimInode>& SimDisk::inode(const std::string& path) const {
  const auto found = seen_.find(path);
  LL_ASSERT(found != seen_.end(), "a test names a file that exists");
  return found->second;
}

Result<std::unique_ptr<File>> SimDisk::open(const std::string& path, OpenMode mode) {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(path);
  if (mode != OpenMode::create_new) {
    if (found == seen_.end()) return fail(ErrorCode::not_found, path + ": no such file");
    return std::make_unique<SimFile>(*this, path, found->second, mode == OpenMode::write_existing);
  }
  if (found != seen_.end()) return fail(ErrorCode::conflict, path + ": exists already");
  if (count_and_maybe_fail(DiskCall::create)) return injected(path, "creating");
  if (full_) {
    ++failures_for_space_;
    return fail(ErrorCode::io, path + ": creating: no space left on device");
  }
  auto fresh = std::make_shared<SimInode>();
  seen_[path] = fresh;
  return std::make_unique<SimFile>(*this, path, std::move(fresh), true);
}

namespace {
/// The bytes as they were when they were mapped.
class SimMapping final : public engine::MappedFile {
 public:
  explicit SimMapping(ByteVector bytes) : bytes_(std::move(bytes)) {}
  Bytes bytes() const override { return bytes_; }

 private:
  ByteVector bytes_;
};
}  // namespace

Result<std::unique_ptr<engine::MappedFile>> SimDisk::map(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(path);
  if (found == seen_.end()) return fail(ErrorCode::not_found, path + ": no such file");
  return std::make_unique<SimMapping>(found->second->seen);
}

Result<bool> SimDisk::exists(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return seen_.contains(path) || folders_.contains(path);
}

Result<std::vector<std::string>> SimDisk::list(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  if (!folders_.contains(folder)) return fail(ErrorCode::not_found, folder + ": no such folder");
  std::vector<std::string> names;
  for (const auto& [path, inode] : seen_) {
    if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
  }
  return names;
}

Result<void> SimDisk::make_folders(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  if (count_and_maybe_fail(DiskCall::make_folders)) return injected(folder, "making");
  folders_.insert(folder);
  return {};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (count_and_maybe_fail(DiskCall::rename)) return injected(from, "renaming");
  const auto found = seen_.find(from);
  if (found == seen_.end()) return fail(ErrorCode::not_found, from + ": no such file");
  seen_[to] = found->second;
  seen_.erase(from);
  return {};
}

Result<void> SimDisk::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (count_and_maybe_fail(DiskCall::remove)) return injected(path, "removing");
  if (seen_.erase(path) == 0) return fail(ErrorCode::not_found, path + ": no such file");
  return {};
}

Result<void> SimDisk::sync_folder(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  if (count_and_maybe_fail(DiskCall::sync_folder)) return injected(folder, "cannot be made durable");
  std::erase_if(durable_, [&](const auto& entry) { return entry.first.starts_with(folder + "/"); });
  for (const auto& [path, inode] : seen_) {
    if (path.starts_with(folder + "/")) durable_[path] = inode;
  }
  return {};
}

Result<std::unique_ptr<DiskLock>> SimDisk::lock(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!locks_.insert(path).second) return fail(ErrorCode::unavailable, path + ": somebody else holds the lock");
  return std::make_unique<SimLock>(*this, path);
}

Result<bool> SimDisk::locked(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return locks_.contains(path);
}

std::unique_ptr<SimDisk> SimDisk::crash(std::uint64_t seed) const {
  CrashFaults faults;
  return crash(seed, faults);
}

std::unique_ptr<SimDisk> SimDisk::crash(std::uint64_t seed, CrashFaults& faults) const {
  const std::lock_guard lock(mutex_);
  Dice dice(seed);
  auto after = std::make_unique<SimDisk>();
  after->folders_ = folders_;
  std::set<std::string> paths;
  for (const auto& [path, inode] : seen_) paths.insert(path);
  for (const auto& [path, inode] : durable_) paths.insert(path);
  std::map<const SimInode*, std::shared_ptr<SimInode>> fates;
  for (const std::string& path : paths) {
    const auto seen = seen_.find(path);
    const auto durable = durable_.find(path);
    const std::shared_ptr<SimInode> now = seen == seen_.end() ? nullptr : seen->second;
    const std::shared_ptr<SimInode> then = durable == durable_.end() ? nullptr : durable->second;
    const bool lost = now != then && dice.below(2) != 0 && faults.lose_names;
    if (lost) ++faults.lost_names;
    const std::shared_ptr<SimInode>& chosen = lost ? then : now;
    if (chosen == nullptr) continue;
    auto& fate = fates[chosen.get()];
    if (fate == nullptr) fate = crash_inode(*chosen, dice, faults);
    after->seen_[path] = fate;
  }
  after->durable_ = after->seen_;
  return after;
}

std::unique_ptr<SimDisk> SimDisk::copy() const {
  const std::lock_guard lock(mutex_);
  auto after = std::make_unique<SimDisk>();
  after->folders_ = folders_;
  for (const auto& [path, inode] : seen_) {
    after->seen_[path] = std::make_shared<SimInode>(SimInode{inode->seen, inode->seen, {}});
  }
  after->durable_ = after->seen_;
  return after;
}

void SimDisk::fail_call(DiskCall kind, std::uint64_t n) {
  const std::lock_guard lock(mutex_);
  fail_kind_ = kind;
  fail_kind_at_ = calls_of_[static_cast<std::size_t>(kind)] + n;
  failed_ = false;
}

void SimDisk::mend() {
  const std::lock_guard lock(mutex_);
  fail_at_.reset();
  fail_kind_.reset();
  fail_all_ = false;
  failed_ = false;
  writes_until_misdirected_ = 0;
}

void SimDisk::set_full(bool full) {
  const std::lock_guard lock(mutex_);
  full_ = full;
}

void SimDisk::misdirect_write(std::uint64_t n) {
  const std::lock_guard lock(mutex_);
  writes_until_misdirected_ = n;
}

std::uint64_t SimDisk::failures(DiskCall kind) const {
  const std::lock_guard lock(mutex_);
  return failures_[static_cast<std::size_t>(kind)];
}

std::uint64_t SimDisk::failures_for_space() const {
  const std::lock_guard lock(mutex_);
  return failures_for_space_;
}

std::uint64_t SimDisk::misdirected() const {
  const std::lock_guard lock(mutex_);
  return misdirected_;
}

void SimDisk::fail_call(std::uint64_t n) {
  const std::lock_guard lock(mutex_);
  fail_at_ = calls_ + n;
  failed_ = false;
}

std::uint64_t SimDisk::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

bool SimDisk::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void SimDisk::flip(const std::string& path, std::size_t offset, std::uint8_t mask) {
  const std::lock_guard lock(mutex_);
  const auto& file = inode(path);
  file->seen.at(offset) ^= mask;
  if (offset < file->durable.size()) file->durable[offset] ^= mask;
}

void SimDisk::cut(const std::string& path, std::size_t size) {
  const std::lock_guard lock(mutex_);
  const auto& file = inode(path);
  file->seen.resize(size);
  file->durable = file->seen;
}

void SimDisk::put(const std::string& path, ByteVector bytes) {
  const std::lock_guard lock(mutex_);
  const auto& file = inode(path);
  file->seen = std::move(bytes);
  file->durable = file->seen;
}

ByteVector SimDisk::content(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return inode(path)->seen;
}

std::vector<std::string> SimDisk::paths() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, inode] : seen_) paths.push_back(path);
  return paths;
}

}  // namespace lotledger::tests
