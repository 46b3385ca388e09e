# The demo plant of cli/demo. Its answers are checked against a walk of the test's own.
lotledger_test(lotledger_tests_demo
  SOURCES demo_plant_test.cc
  LIBRARIES lotledger_demo lotledger_base nlohmann_json::nlohmann_json)
