add_library(lotledger_log_support STATIC support/log_contract.cc support/log_records.cc support/sim_disk.cc)
target_link_libraries(lotledger_log_support PUBLIC lotledger_log doctest::doctest PRIVATE lotledger_build_flags)

lotledger_test(lotledger_tests_log
  SOURCES
    log_contract_test.cc
    log_crc32c_test.cc
    log_damage_test.cc
    log_disk_test.cc
    log_format_test.cc
    log_group_commit_test.cc
    log_mapped_region_test.cc
    log_reader_test.cc
    log_record_test.cc
    log_recovery_test.cc
    log_scrub_test.cc
    log_slot_walk_test.cc
    log_threads_test.cc
    log_verify_test.cc
  LIBRARIES lotledger_log lotledger_log_support
  LABELS log threads)
