lotledger_test(lotledger_tests_plain
  SOURCES plain_format_test.cc plain_mapping_test.cc plain_reader_test.cc plain_values_test.cc
  LIBRARIES lotledger_plain)
