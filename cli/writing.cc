// cli/writing.cc - live read models, and the session that decides.
#include "cli/writing.h"

#include "cli/version.h"
#include "engine/codec/codec.h"
#include "projections/graph_refresh.h"
#include "projections/open_all.h"

namespace lotledger::cli {

namespace {

/// Facts are sealed when their delta has grown this far.
constexpr std::size_t k_facts_delta_bytes_max = std::size_t{48} << 20;
constexpr std::string_view k_facts = "facts";

}  // namespace

Result<std::unique_ptr<LiveModels>> LiveModels::open(const LedgerInfo& info, engine::LogReader& log) {
  auto models = projections::all_projections();
  std::erase_if(models, [](const auto& projection) { return projection->name() == k_facts; });
  LL_ASSIGN(auto live, projections::open_all_for_folding(std::move(models), info.stores_folder(), log));
  return std::unique_ptr<LiveModels>(new LiveModels(info, std::make_unique<projections::LiveFold>(std::move(live))));
}

Result<void> LiveModels::finish() {
  LL_TRY(fold_->close());
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto log, engine::open_local_reader(*disk, info_.log_folder()));
  return projections::refresh_graph(*disk, info_.stores_folder(), *log, projections::Refresh::when_due);
}

Result<std::unique_ptr<DecidingSession>> DecidingSession::open(const LedgerInfo& info, engine::Log& log, Clock& clock,
                                                               engine::DurableSink on_durable) {
  std::unique_ptr<DecidingSession> session(new DecidingSession(info.stores_folder() + "/" + std::string(k_facts)));
  LL_ASSIGN(auto folded,
            projections::open_for_folding(projections::projection_named(k_facts), info.stores_folder(), log));
  session->facts_store_ = std::move(folded.store);
  if (const auto floor = projections::min_writer_in(*session->facts_store_); floor > engine::k_schema_version) {
    return fail(ErrorCode::unavailable,
                "ledger " + info.name() + " may be written only by programs of schema version " +
                    std::to_string(floor) + " or later; this one has " + std::to_string(engine::k_schema_version));
  }
  session->facts_ = std::make_unique<projections::StoreFacts>(*session->facts_store_, k_facts_delta_bytes_max);
  LL_ASSIGN(const engine::StoredRecord last, log.at(log.tail().seq));
  const engine::WriterIdentity identity{info.id, last.header().epoch, last.header().writer, std::string(k_software)};
  session->writer_ = std::make_unique<engine::Writer>(identity, log, *session->facts_, clock, last.header().recorded_at,
                                                      std::move(on_durable));
  return session;
}

DecidingSession::~DecidingSession() {
  writer_.reset();
  if (facts_store_ == nullptr) return;
  const auto failure = facts_store_->failure();
  if (failure.has_value() || failure.error().code != ErrorCode::corrupt) return;
  facts_.reset();
  facts_store_.reset();
  ignore(projections::StoreFolder(facts_folder_).abandon(), "the damage was told; the next session meets it again");
}

Result<void> DecidingSession::close() {
  LL_TRY(writer_->settle());
  writer_.reset();
  return facts_store_->settle();
}

}  // namespace lotledger::cli
