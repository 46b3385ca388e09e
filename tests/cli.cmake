# The command line: formatting, catalogue, parsing, completion, JSON forms.
lotledger_test(lotledger_tests_cli
  SOURCES
    cli_help_test.cc
    cli_json_test.cc
    cli_options_test.cc
    cli_output_test.cc
    cli_record_json_test.cc
    cli_suggest_test.cc
    cli_text_test.cc
    cli_trace_test.cc
  LIBRARIES lotledger_cli
  LABELS cli)
