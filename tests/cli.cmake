# The command line: formatting, catalogue, parsing, completion, JSON forms.
lotledger_test(lotledger_tests_cli
  SOURCES
    cli_help_test.cc
    cli_json_test.cc
    cli_landing_test.cc
    cli_options_test.cc
    cli_output_test.cc
    cli_record_json_test.cc
    cli_suggest_test.cc
    cli_text_test.cc
    cli_trace_test.cc
  LIBRARIES lotledger_cli
  LABELS cli)

# Makes ledgers as an older version of the program would have, for tests/cli/software.py.
add_executable(lotledger_older_program support/older_program.cc)
target_link_libraries(lotledger_older_program PRIVATE lotledger_build_flags lotledger_cli)
