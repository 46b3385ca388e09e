# The real program under kills, damage and a machine that refuses (docs/reliability.md).
if(NOT LOTLEDGER_SANITIZE AND TARGET lotledger)
  lotledger_python_test(faults_doctor LABELS cli COMMAND tests/faults/doctor_test.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(faults_damage LABELS cli slow COMMAND tests/faults/damage_test.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(faults_kill LABELS cli slow COMMAND tests/faults/kill_test.py $<TARGET_FILE:lotledger>)
  lotledger_python_test(faults_limits LABELS cli slow COMMAND tests/faults/limits_test.py $<TARGET_FILE:lotledger>)
  set_tests_properties(faults_doctor faults_damage faults_kill faults_limits PROPERTIES TIMEOUT 600)
endif()
