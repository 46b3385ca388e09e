# The simulator: whole ledgers on a disk, clock and cluster in memory. docs/areas/simulator.md.
add_library(lotledger_simulator STATIC
  sim/decisions.cc
  sim/faults.cc
  sim/kafka_node.cc
  sim/kafka_world.cc
  sim/local_checks.cc
  sim/local_damage.cc
  sim/local_faults.cc
  sim/local_life.cc
  sim/local_submit.cc
  sim/memory_models.cc
  sim/options.cc
  sim/plan.cc
  sim/plant.cc
  sim/plant_events.cc
  sim/raw_log.cc
  sim/report.cc
  sim/rocksdb_models.cc
  sim/run.cc
  sim/state_checks.cc
  sim/verdict.cc
  sim/workload.cc
  support/sim_disk.cc
  support/sim_kafka.cc
  support/slow_genealogy.cc)
target_link_libraries(lotledger_simulator PUBLIC lotledger_projections lotledger_kafka PRIVATE lotledger_build_flags)

add_executable(lotledger_sim sim/main.cc)
target_link_libraries(lotledger_sim PRIVATE lotledger_simulator lotledger_build_flags)

# A fixed slice of seeds; each kind of fault must come at least once.
add_test(NAME simulator COMMAND lotledger_sim --seeds 1..1200 --jobs 2 --want-all-faults)
# The same seed comes to the same.
add_test(NAME simulator_repeats COMMAND lotledger_sim --stores memory --seeds 1..100 --jobs 2 --twice)
set_tests_properties(simulator simulator_repeats PROPERTIES LABELS simulator TIMEOUT 600)
add_dependencies(lotledger_test_programs lotledger_sim)

# The same program with bugs planted in copies of a few sources, one of them alive at a time: each must be found. The copies stand in for
# objects of the libraries, one by one; in batches of sources they cannot.
get_target_property(batched lotledger_log UNITY_BUILD)
if(NOT LOTLEDGER_SANITIZE AND NOT batched)
  set(planter ${CMAKE_CURRENT_SOURCE_DIR}/sim/planted_bugs.py)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${planter} --files OUTPUT_VARIABLE planted_files COMMAND_ERROR_IS_FATAL ANY)
  set(planted_folder ${CMAKE_CURRENT_BINARY_DIR}/planted)
  list(TRANSFORM planted_files PREPEND ${planted_folder}/ OUTPUT_VARIABLE planted_copies)
  list(TRANSFORM planted_files PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE planted_sources)
  add_custom_command(
    OUTPUT ${planted_copies}
    COMMAND ${Python3_EXECUTABLE} ${planter} --write ${PROJECT_SOURCE_DIR} ${planted_folder}
    DEPENDS ${planter} ${planted_sources})
  # What these files define is not taken from the libraries any more.
  add_executable(lotledger_sim_planted sim/main.cc sim/planted.cc ${planted_copies})
  target_link_libraries(lotledger_sim_planted PRIVATE lotledger_simulator RocksDB::rocksdb lotledger_build_flags)
  add_test(NAME simulator_catches_planted_bugs
    COMMAND ${Python3_EXECUTABLE} ${planter} --run $<TARGET_FILE:lotledger_sim_planted>)
  set_tests_properties(simulator_catches_planted_bugs PROPERTIES
    LABELS "simulator;slow" TIMEOUT 900 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endif()
