lotledger_test(lotledger_tests_plain
  SOURCES plain_format_test.cc plain_mapping_test.cc plain_plant_test.cc plain_reader_test.cc plain_values_test.cc
  LIBRARIES lotledger_plain)
# Stock of a plant told in plain rows.
lotledger_test(lotledger_tests_inventory
  SOURCES inventory_test.cc
  LIBRARIES lotledger_plain lotledger_model_support)
# Foreign exports to plain rows.
lotledger_test(lotledger_tests_mapping
  SOURCES mapping_test.cc
  LIBRARIES lotledger_mapping)
lotledger_test(lotledger_tests_mapping_outside
  SOURCES mapping_outside_test.cc
  LIBRARIES lotledger_mapping nlohmann_json::nlohmann_json
  LABELS outside)
