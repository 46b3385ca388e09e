lotledger_test(lotledger_tests_store
  SOURCES store_delta_test.cc
  LIBRARIES lotledger_store
  LABELS threads)
lotledger_test(lotledger_tests_rocksdb
  SOURCES store_contract_test.cc store_damage_test.cc store_folder_test.cc store_reader_test.cc
  LIBRARIES lotledger_store
  LABELS rocksdb)
