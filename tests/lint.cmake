# Checks written in Python: of the tree (lint), of the schemas, and of the program against the oracle. Sanitized builds leave
# them out, because they would test the same files again.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# lotledger_python_test(NAME LABELS ... COMMAND arguments of python3)
function(lotledger_python_test name)
  cmake_parse_arguments(T "" "" "LABELS;COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} ${T_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

if(NOT LOTLEDGER_SANITIZE)
  lotledger_python_test(lint LABELS lint COMMAND tests/lint/lint.py)
  lotledger_python_test(lint_self_test LABELS lint COMMAND -m unittest discover -s tests/lint)
  lotledger_python_test(schema_check LABELS lint COMMAND tests/lint/schema_check.py --flatc ${FLATC})

  lotledger_python_test(oracle_self_test LABELS oracle COMMAND -m unittest discover -s tests/oracle)
  lotledger_python_test(plain_oracle_self_test LABELS oracle COMMAND -m unittest discover -s tests/oracle/plain)
  # Random factories with these seeds; every answer of the program is compared with the oracle's.
  if(TARGET lotledger)
    lotledger_python_test(oracle LABELS oracle slow
      COMMAND tests/oracle/check.py --program $<TARGET_FILE:lotledger> --seeds 1..8)
    # Random plants told in plain rows, one of each way to tell withdrawals; stock and recalls are compared with what was so.
    lotledger_python_test(plain_oracle LABELS oracle slow
      COMMAND tests/oracle/plain/check_plant.py --program $<TARGET_FILE:lotledger> --seeds 2..4 --size 120 --questions 9)
  endif()
endif()

# The program as people run it.
if(NOT LOTLEDGER_SANITIZE AND TARGET lotledger)
  lotledger_python_test(end_to_end LABELS cli COMMAND tests/cli/end_to_end.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(sites LABELS cli COMMAND tests/cli/sites.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(epcis_files LABELS cli COMMAND tests/cli/epcis.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(plain_rows LABELS cli COMMAND tests/cli/plain.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(mapping LABELS cli outside COMMAND tests/cli/mapping.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(plant LABELS cli COMMAND tests/cli/plant.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(rules LABELS cli COMMAND tests/cli/rules.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(software LABELS cli
    COMMAND tests/cli/software.py $<TARGET_FILE:lotledger> $<TARGET_FILE:lotledger_older_program>)
  lotledger_python_test(demo LABELS cli COMMAND tests/cli/demo.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(readme_tour LABELS cli slow COMMAND tests/cli/readme_tour.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(install LABELS cli COMMAND tests/cli/install.py ${PROJECT_BINARY_DIR})
endif()

# That bench/run works, on a tiny graph; beside PostgreSQL where it is installed.
if(NOT LOTLEDGER_SANITIZE AND TARGET lotledger_bench)
  lotledger_python_test(bench LABELS bench COMMAND tests/cli/bench.py ${PROJECT_BINARY_DIR})
endif()
