lotledger_test(lotledger_tests_epcis
  SOURCES epcis_document_test.cc epcis_hash_test.cc epcis_json_test.cc epcis_model_test.cc epcis_own_fields_test.cc
    epcis_validate_test.cc
    epcis_xml_test.cc
  LIBRARIES lotledger_epcis)
lotledger_test(lotledger_tests_epcis_outside
  LABELS outside
  SOURCES epcis_outside_test.cc epcis_xml_outside_test.cc
  LIBRARIES lotledger_epcis)
