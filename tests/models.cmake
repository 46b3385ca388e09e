# Read models: the runner and what it folds. Ledgers in memory; only the runner's own tests touch files.
add_library(lotledger_model_support STATIC
  support/histories.cc
  support/movement_histories.cc
  support/records.cc
  support/slow_audit_trail.cc
  support/slow_batch_record.cc
  support/slow_bounds.cc
  support/slow_events.cc
  support/slow_genealogy.cc
  support/slow_unit_state.cc
  support/test_ledger.cc)
target_link_libraries(lotledger_model_support PUBLIC lotledger_projections doctest::doctest PRIVATE lotledger_build_flags)

lotledger_test(lotledger_tests_models
  SOURCES
    audit_trail_test.cc
    batch_record_test.cc
    cut_test.cc
    facts_test.cc
    row_names_test.cc
    search_test.cc
    slow_unit_state_test.cc
  LIBRARIES lotledger_model_support)

lotledger_test(lotledger_tests_live_fold
  SOURCES live_fold_test.cc
  LIBRARIES lotledger_model_support
  LABELS threads)
lotledger_test(lotledger_tests_runner
  SOURCES runner_test.cc
  LIBRARIES lotledger_model_support
  LABELS rocksdb)
