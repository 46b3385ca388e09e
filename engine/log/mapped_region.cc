// engine/log/mapped_region.cc - the regions of this process, and the handler of SIGBUS. The handler calls only what may
// be called in one: no memory is allocated, nothing waits for the thread that it interrupts.
#include "engine/log/mapped_region.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <utility>

namespace lotledger::engine {

namespace {

/// Held for a few instructions, which touch no mapped page: the thread that the handler interrupts never holds it.
class SpinLock {
 public:
  void lock() {
    while (held_.test_and_set(std::memory_order_acquire)) {
    }
  }
  void unlock() { held_.clear(std::memory_order_release); }

 private:
  std::atomic_flag held_;
};

// Of the process, because a signal handler knows nothing else.
constinit SpinLock regions_lock;
constinit MappedRegion* newest_region = nullptr;
constinit int exit_code_of_process = 0;
constinit std::string_view hint_of_process;

/// Nobody is left to be told of a line that cannot be written.
void say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDERR_FILENO, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void say_number(std::uint64_t number) {
  std::array<char, 20> digits{};
  std::size_t begin = digits.size();
  do {
    digits[--begin] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  say({digits.data() + begin, digits.size() - begin});
}

/// Whether `address` lies in a mapped file; says so.
bool tell_of(const std::uint8_t* address) {
  const std::lock_guard lock(regions_lock);
  for (const MappedRegion* region = newest_region; region != nullptr; region = region->next()) {
    const std::uint8_t* const begin = region->bytes().data();
    if (address < begin || address >= begin + region->bytes().size()) continue;
    say("lotledger: ");
    say(region->path());
    say(", offset ");
    say_number(static_cast<std::uint64_t>(address - begin));
    say(": cannot be read: the disk failed, or the file was cut while in use\n  hint: ");
    say(hint_of_process);
    say("\n");
    return true;
  }
  return false;
}

void on_unreadable_page(int number, siginfo_t* info, void*) {
  if (tell_of(static_cast<const std::uint8_t*>(info->si_addr))) ::_exit(exit_code_of_process);
  std::signal(number, SIG_DFL);
  std::raise(number);  // Delivered when this handler returns.
}

}  // namespace

MappedRegion::MappedRegion(Bytes bytes, std::string path) : bytes_(bytes), path_(std::move(path)) {
  const std::lock_guard lock(regions_lock);
  next_ = std::exchange(newest_region, this);
  if (next_ != nullptr) next_->previous_ = this;
}

MappedRegion::~MappedRegion() {
  {
    const std::lock_guard lock(regions_lock);
    (previous_ == nullptr ? newest_region : previous_->next_) = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
  }
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

void end_on_unreadable_page(int exit_code, std::string_view hint) {
  exit_code_of_process = exit_code;
  hint_of_process = hint;
  struct sigaction action{};
  action.sa_sigaction = on_unreadable_page;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace lotledger::engine
