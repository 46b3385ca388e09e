# engine/base and the hash of engine/evidence.
lotledger_test(lotledger_tests_base
  SOURCES gs1_test.cc hash_test.cc quantity_test.cc time_test.cc unit_key_test.cc unit_urn_test.cc
  LIBRARIES lotledger_base)

# Checks against files of others: GS1 syntax vectors and CBV pre-hash strings.
lotledger_test(lotledger_tests_base_outside
  SOURCES gs1_outside_test.cc
  LIBRARIES lotledger_base nlohmann_json::nlohmann_json
  LABELS outside)

# What must not compile. Case 0 is the control: the same file without a mistake must compile.
# Nothing runs, so there is nothing to sanitize.
if(NOT LOTLEDGER_SANITIZE)
  set(compile_fail_command ${CMAKE_CXX_COMPILER} -std=c++23 -fsyntax-only -I${PROJECT_SOURCE_DIR}
    ${PROJECT_SOURCE_DIR}/tests/compile_fail/ids.cc)
  add_test(NAME compile_fail_ids_control COMMAND ${compile_fail_command} -DLL_CASE=0)
  foreach(case RANGE 1 5)
    add_test(NAME compile_fail_ids_${case} COMMAND ${compile_fail_command} -DLL_CASE=${case})
    # The compiler must name the wrong type: any other error would not prove the point.
    set_tests_properties(compile_fail_ids_${case} PROPERTIES PASS_REGULAR_EXPRESSION
      "could not convert|cannot convert|invalid initialization of reference|no match for|invalid operands|no viable conversion|no matching function")
  endforeach()
endif()
