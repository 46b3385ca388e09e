// engine/writer_socket.h - other processes of this machine hand their submissions to the process that writes the
// ledger, over a Unix socket in the ledger's folder. Messages: 4-byte little-endian length, then
// schemas/submission.fbs.
#pragma once

#include "engine/submission.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lotledger::engine {

/// A receipt comes when its record is durable; a busy disk may take seconds.
inline constexpr int k_patience_ms = 60'000;

/// What the server does with submissions: Writer::submit.
using SubmitFunction = std::function<std::vector<Result<Receipt>>(std::vector<Submission>)>;

/// Serves the socket until destroyed; what arrived before that is still answered. Each client has a thread of its own;
/// a malformed message ends its connection with an error receipt. The socket is mode 0600: only the owner of the data
/// folder may connect.
class WriterServer {
 public:
  /// Replaces a socket left behind by a dead writer; the caller holds the writer lock. io with the path.
  [[nodiscard]] static Result<std::unique_ptr<WriterServer>> start(const std::string& path, SubmitFunction submit);
  ~WriterServer();
  WriterServer(const WriterServer&) = delete;
  WriterServer& operator=(const WriterServer&) = delete;

 private:
  class Impl;
  explicit WriterServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A connection to a writer in another process.
class WriterClient {
 public:
  /// unavailable when nobody listens. `patience_ms`: how long a writer may keep silent before it counts as hung (a
  /// process that was suspended still has its socket).
  [[nodiscard]] static Result<std::unique_ptr<WriterClient>> connect(const std::string& path,
                                                                     int patience_ms = k_patience_ms);
  ~WriterClient();
  WriterClient(const WriterClient&) = delete;
  WriterClient& operator=(const WriterClient&) = delete;

  /// Sends submissions and returns their receipts in order. Fewer receipts than submissions: the writer ended; whether
  /// it took the rest is unknown, and handing them to the next writer is safe because of dedup. When it keeps silent
  /// instead, the rest are `unavailable`.
  [[nodiscard]] std::vector<Result<Receipt>> submit(std::span<const Submission> submissions);

 private:
  explicit WriterClient(int socket) : socket_(socket) {}
  int socket_;
};

}  // namespace lotledger::engine
