# Deciding, encoding, and the walks over the genealogy.
lotledger_test(lotledger_tests_engine
  SOURCES
    codec_test.cc
    judgement_test.cc
    recording_test.cc
    sealed_test.cc
    sequencer_test.cc
    serial_run_test.cc
    writer_test.cc
    support/records.cc
    support/sim_disk.cc
    support/test_ledger.cc
  LIBRARIES lotledger_projections
  LABELS threads)
lotledger_test(lotledger_tests_genealogy
  SOURCES amounts_test.cc balance_test.cc condensation_test.cc genealogy_test.cc recall_test.cc
  LIBRARIES lotledger_model_support)
lotledger_test(lotledger_tests_graph
  SOURCES graph_test.cc
  LIBRARIES lotledger_model_support lotledger_log_support)
