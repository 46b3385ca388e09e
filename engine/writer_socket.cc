// engine/writer_socket.cc - the Unix socket of a ledger's writer.
#include "engine/writer_socket.h"

#include "engine/codec/codec.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

namespace lotledger::engine {
namespace {

/// Submissions that a client may have under way before it waits for receipts.
constexpr std::size_t k_window = 64;

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

/// A descriptor closed at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

/// The address of a socket in a folder, whatever the length of its path (sun_path holds 108 bytes): through the
/// folder's descriptor under /proc.
struct Address {
  Descriptor folder;
  sockaddr_un socket{};
};

Result<Address> address_of(const std::string& path) {
  const std::size_t cut = path.rfind('/');
  const std::string folder = cut == std::string::npos ? "." : path.substr(0, cut);
  Address address;
  address.folder = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (address.folder.get() < 0) return fail(ErrorCode::io, folder + ": " + reason_of(errno));
  const std::string name = "/proc/self/fd/" + std::to_string(address.folder.get()) + "/" +
                           (cut == std::string::npos ? path : path.substr(cut + 1));
  address.socket.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.socket.sun_path)
    return fail(ErrorCode::invalid_input, path + ": the socket's name is too long");
  std::memcpy(address.socket.sun_path, name.c_str(), name.size() + 1);
  return address;
}

/// What came of sending or receiving: all of it, the other side ended, or it kept silent for its client's patience.
enum class Transfer { whole, ended, silent };

Transfer broken_off(ssize_t moved) {
  return moved < 0 && errno == EAGAIN ? Transfer::silent : Transfer::ended;
}

Transfer send_all(int socket, const std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return broken_off(sent);
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return Transfer::whole;
}

Transfer receive_all(int socket, std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return broken_off(got);
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return Transfer::whole;
}

Transfer send_message(int socket, Bytes message) {
  std::uint8_t length[4];
  store_le(length, static_cast<std::uint32_t>(message.size()));
  const Transfer sent = send_all(socket, length, sizeof length);
  return sent == Transfer::whole ? send_all(socket, message.data(), message.size()) : sent;
}

/// A message over the limit ends the connection.
Transfer receive_message(int socket, ByteVector& message) {
  std::uint8_t length[4];
  const Transfer got = receive_all(socket, length, sizeof length);
  if (got != Transfer::whole) return got;
  const auto size = load_le<std::uint32_t>(length);
  if (size > k_body_bytes_max) return Transfer::ended;
  message.resize(size);
  return receive_all(socket, message.data(), message.size());
}

/// Takes receipts until there are `count`.
Transfer receive_until(int socket, std::size_t count, std::vector<Result<Receipt>>& receipts) {
  ByteVector message;
  while (receipts.size() < count) {
    const Transfer got = receive_message(socket, message);
    if (got != Transfer::whole) return got;
    receipts.push_back(decode_receipt(message));
  }
  return Transfer::whole;
}

/// Sends a submission that `sent` others precede. One that cannot be encoded gets its error as receipt, behind those of
/// the others, because receipts come in order.
Transfer send_one(int socket, const Submission& submission, std::size_t sent, std::vector<Result<Receipt>>& receipts) {
  const auto encoded = encode_submission(submission);
  if (encoded.has_value()) return send_message(socket, *encoded);
  const Transfer got = receive_until(socket, sent, receipts);
  if (got == Transfer::whole) receipts.push_back(std::unexpected(encoded.error()));
  return got;
}

/// Bounds how long a call waits to receive or to send (SO_RCVTIMEO, SO_SNDTIMEO).
bool limit_wait(int socket, int which, int milliseconds) {
  const timeval wait{milliseconds / 1000, milliseconds % 1000 * 1000};
  return ::setsockopt(socket, SOL_SOCKET, which, &wait, sizeof wait) == 0;
}

sockaddr* generic(sockaddr_un& address) {
  return reinterpret_cast<sockaddr*>(&address);
}

}  // namespace

class WriterServer::Impl {
 public:
  Impl(std::string path, Descriptor listener, SubmitFunction submit)
      : path_(std::move(path)),
        listener_(std::move(listener)),
        submit_(std::move(submit)),
        acceptor_([this] { accept_clients(); }) {}

  ~Impl() {
    stopping_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    {
      const std::scoped_lock lock(clients_lock_);
      // Reading ends behind what has arrived: a client whose record was taken learns of it.
      for (Client& client : clients_) ::shutdown(client.socket.get(), SHUT_RD);
    }
    for (Client& client : clients_) client.thread.join();
    ::unlink(path_.c_str());
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

 private:
  struct Client {
    Descriptor socket;
    std::thread thread;
    std::atomic<bool> done = false;
  };

  void accept_clients() {
    while (!stopping_) {
      Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (socket.get() < 0) {
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return;
      }
      // A client that takes no receipts must not keep the writer from ending.
      if (!limit_wait(socket.get(), SO_SNDTIMEO, k_patience_ms)) continue;
      const std::scoped_lock lock(clients_lock_);
      forget_finished();
      Client& client = clients_.emplace_back();
      client.socket = std::move(socket);
      client.thread = std::thread([this, &client] {
        serve(client.socket.get());
        client.done = true;
      });
    }
  }

  void forget_finished() {
    std::erase_if(clients_, [](Client& client) {
      if (client.done) client.thread.join();
      return client.done.load();
    });
  }

  void serve(int socket) {
    ByteVector message;
    while (receive_message(socket, message) == Transfer::whole) {
      auto submission = decode_submission(message);
      if (!submission.has_value()) {
        send_message(socket, encode_receipt(std::unexpected(submission.error())));
        return;
      }
      std::vector<Submission> one;
      one.push_back(std::move(*submission));
      const auto receipts = submit_(std::move(one));
      if (send_message(socket, encode_receipt(receipts.front())) != Transfer::whole) return;
    }
  }

  std::string path_;
  Descriptor listener_;
  SubmitFunction submit_;
  std::atomic<bool> stopping_ = false;
  std::mutex clients_lock_;
  std::list<Client> clients_;
  std::thread acceptor_;
};

WriterServer::WriterServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WriterServer::~WriterServer() = default;

Result<std::unique_ptr<WriterServer>> WriterServer::start(const std::string& path, SubmitFunction submit) {
  LL_ASSIGN(Address address, address_of(path));
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (listener.get() < 0) return fail(ErrorCode::io, path + ": " + reason_of(errno));
  ::unlink(path.c_str());
  // Only the owner of the folder may hand in records: the mode is set before anybody can connect.
  if (::fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0) return fail(ErrorCode::io, path + ": " + reason_of(errno));
  const bool ready = ::bind(listener.get(), generic(address.socket), sizeof address.socket) == 0 &&
                     ::chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0 && ::listen(listener.get(), 64) == 0;
  if (!ready) return fail(ErrorCode::io, path + ": " + reason_of(errno));
  return std::unique_ptr<WriterServer>(
      new WriterServer(std::make_unique<Impl>(path, std::move(listener), std::move(submit))));
}

WriterClient::~WriterClient() {
  ::close(socket_);
}

Result<std::unique_ptr<WriterClient>> WriterClient::connect(const std::string& path, int patience_ms) {
  LL_ASSIGN(Address address, address_of(path));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return fail(ErrorCode::io, path + ": " + reason_of(errno));
  if (!limit_wait(socket.get(), SO_RCVTIMEO, patience_ms) || !limit_wait(socket.get(), SO_SNDTIMEO, patience_ms))
    return fail(ErrorCode::io, path + ": " + reason_of(errno));
  if (::connect(socket.get(), generic(address.socket), sizeof address.socket) != 0) {
    return fail(ErrorCode::unavailable,
                path + ": the ledger's writer does not answer (" + reason_of(errno) + "); try again in a moment");
  }
  return std::unique_ptr<WriterClient>(new WriterClient(socket.release()));
}

std::vector<Result<Receipt>> WriterClient::submit(std::span<const Submission> submissions) {
  std::vector<Result<Receipt>> receipts;
  Transfer state = Transfer::whole;
  std::size_t sent = 0;
  for (; state == Transfer::whole && sent < submissions.size(); ++sent) {
    // At most k_window are on their way.
    const std::size_t answered = sent < k_window ? 0 : sent + 1 - k_window;
    state = receive_until(socket_, answered, receipts);
    if (state == Transfer::whole) state = send_one(socket_, submissions[sent], sent, receipts);
  }
  // A writer that ends reads no more, but has answered what reached it.
  if (state != Transfer::silent) state = receive_until(socket_, sent, receipts);
  if (state == Transfer::silent) {
    receipts.resize(submissions.size(), fail(ErrorCode::unavailable,
                                             "the ledger's writer keeps silent (lotledger doctor names its process); "
                                             "repeat: what was taken is not taken twice"));
  }
  return receipts;
}

}  // namespace lotledger::engine
