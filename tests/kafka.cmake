# Tests with real brokers of scripts/kafka, each with clusters of its own at free ports. They mostly wait: two run at a time.
if(NOT LOTLEDGER_SANITIZE)
  lotledger_python_test(kafka_script LABELS kafka slow COMMAND tests/kafka/script_test.py)
  set_tests_properties(kafka_script PROPERTIES TIMEOUT 900)
endif()

# Nodes, on a cluster in memory.
lotledger_test(lotledger_tests_kafka_node
  SOURCES kafka_acceptance_test.cc kafka_node_test.cc support/sim_kafka.cc
  LIBRARIES lotledger_kafka lotledger_log_support
  LABELS threads)

# What a process that runs a node tells of itself.
lotledger_test(lotledger_tests_kafka_state
  SOURCES kafka_state_test.cc support/sim_kafka.cc
  LIBRARIES lotledger_cli lotledger_log_support
  LABELS cli)

# The client, against brokers in its own process.
lotledger_test(lotledger_tests_kafka_mock
  SOURCES kafka_mock_test.cc kafka_settings_test.cc support/mock_kafka.cc
  LIBRARIES lotledger_kafka lotledger_log_support PkgConfig::RDKAFKA
  LABELS kafka_mock)
set_tests_properties(lotledger_tests_kafka_mock PROPERTIES TIMEOUT 300)

# The client, against one real broker that is started for it and removed after it.
lotledger_test(lotledger_tests_kafka
  SOURCES kafka_broker_test.cc
  LIBRARIES lotledger_kafka lotledger_log_support
  LABELS kafka
  LAUNCHER ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/kafka/with_broker.py)
set_tests_properties(lotledger_tests_kafka PROPERTIES
  TIMEOUT 300 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)

# Nodes as people run them, on clusters that each test starts for itself.
add_executable(lotledger_kafka_admin support/kafka_admin.cc)
target_link_libraries(lotledger_kafka_admin PRIVATE lotledger_build_flags PkgConfig::RDKAFKA)
if(NOT LOTLEDGER_SANITIZE AND TARGET lotledger)
  # Random factories on topics: what a mirrored node answers is compared with the oracle's answers.
  lotledger_python_test(kafka_oracle LABELS kafka oracle slow
    COMMAND tests/kafka/with_broker.py ${Python3_EXECUTABLE} tests/oracle/check.py
      --program $<TARGET_FILE:lotledger> --seeds 1 --kafka LOTLEDGER_TEST_KAFKA)
  set_tests_properties(kafka_oracle PROPERTIES TIMEOUT 300)
  foreach(subject IN ITEMS faults history nodes topics)
    lotledger_python_test(kafka_${subject} LABELS kafka slow
      COMMAND tests/kafka/${subject}_test.py $<TARGET_FILE:lotledger> $<TARGET_FILE:lotledger_kafka_admin>)
    set_tests_properties(kafka_${subject} PROPERTIES TIMEOUT 660)
  endforeach()
endif()
