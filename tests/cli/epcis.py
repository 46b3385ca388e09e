"""EPCIS in XML and JSON from files to answers.

    python3 tests/cli/epcis.py PROGRAM
"""

from __future__ import annotations

import json
import sys
import unittest
from xml.sax.saxutils import escape, quoteattr

import end_to_end
import plain
from plain import Epcis

ITEMS = {"epcList": "epc", "inputEPCList": "epc", "outputEPCList": "epc", "childEPCs": "epc", "quantityList": "quantityElement",
         "inputQuantityList": "quantityElement", "outputQuantityList": "quantityElement", "childQuantityList": "quantityElement"}
TYPED = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
BEHIND_EXTENSION = ("quantityList", "sourceList", "destinationList", "ilmd")


def element(name: str, value: object) -> str:
    """A member of an event of JSON as XML has it."""
    if name in TYPED:
        typed = (f"<{TYPED[name]} type={quoteattr(each['type'])}>{escape(each[TYPED[name]])}</{TYPED[name]}>" for each in value)
        return f"<{name}>{''.join(typed)}</{name}>"
    if name in ITEMS:
        return f"<{name}>{''.join(element(ITEMS[name], each) for each in value)}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(element(each, inside) for each, inside in value.items())}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def event_in_xml(event: dict, version: str) -> str:
    members = {name: element(name, value) for name, value in event.items() if name != "type"}
    late = {name: text for name, text in members.items() if version == "1.2" and name in BEHIND_EXTENSION}
    inside = "".join(text for name, text in members.items() if name not in late)
    if late and event["type"] == "ObjectEvent":
        inside += f"<extension>{''.join(late.values())}</extension>"
    else:
        inside += "".join(late.values())
    whole = f"<{event['type']}>{inside}</{event['type']}>"
    return f"<extension>{whole}</extension>" if version == "1.2" and event["type"] == "TransformationEvent" else whole


def document_in_xml(document: dict, version: str) -> str:
    vocabularies = ""
    for vocabulary in document.get("epcisHeader", {}).get("epcisMasterData", {}).get("vocabularyList", []):
        elements = ""
        for each in vocabulary["vocabularyElementList"]:
            attributes = "".join(f"<attribute id={quoteattr(a['id'])}>{escape(str(a['attribute']))}</attribute>" for a in each["attributes"])
            elements += f"<VocabularyElement id={quoteattr(each['id'])}>{attributes}</VocabularyElement>"
        vocabularies += f"<Vocabulary type={quoteattr(vocabulary['type'])}><VocabularyElementList>{elements}</VocabularyElementList></Vocabulary>"
    master = f"<EPCISMasterData><VocabularyList>{vocabularies}</VocabularyList></EPCISMasterData>"
    header = f"<extension>{master}</extension>" if version == "1.2" else master
    events = "\n".join(event_in_xml(event, version) for event in document["epcisBody"]["eventList"])
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:{version[0]}" '
            f'xmlns:cbvmda="urn:epcglobal:cbv:mda:" schemaVersion="{version}" creationDate={quoteattr(document["creationDate"])}>\n'
            f"<EPCISHeader>{header}</EPCISHeader>\n<EPCISBody><EventList>\n{events}\n</EventList></EPCISBody></epcis:EPCISDocument>\n")


class Xml(plain.Plain):
    def other(self) -> object:
        data = self.root / "other"
        self.run_program("init", "--ledger", "T1", data=data)
        return data

    def test_a_factory_in_xml_is_the_factory_in_json(self) -> None:
        document = Epcis().document()
        as_json = self.file("factory.jsonld", json.dumps(document))
        self.run_program("ingest", *self.files)
        for version in ("2.0", "1.2"):
            data = self.root / version
            self.run_program("init", "--ledger", "T1", data=data)
            as_xml = self.file(f"factory-{version}.txt", document_in_xml(document, version))
            self.assertEqual(self.answer("connect", "check", as_xml)["files"][0]["rejected"], 0)
            report = self.answer("ingest", as_xml, data=data)
            self.assertEqual((report["rejected"], report["conflicts"]), (0, 0))
            again = self.answer("ingest", as_json, data=data)
            self.assertEqual((again["accepted"], again["duplicates"], again["conflicts"]), (0, report["accepted"], 0), version)
            self.same_scope(self.scope(), self.scope(data=data))

    def test_a_bad_event_is_mended_from_its_own_words(self) -> None:
        document = Epcis().document()
        text = document_in_xml(document, "2.0").replace("<bizStep>shipping</bizStep>", "<bizStep>shiping</bizStep>", 1)
        report = self.answer("ingest", self.file("factory.xml", text), code=7)
        self.assertEqual(report["rejected"], 1)
        scope = self.scope(code=8)
        self.assertFalse(scope["complete"], "the row of the shipment names a device of the answer")
        row = self.answer("dlq", "list")["rows"][0]
        shown = self.answer("dlq", "show", row["position"])
        self.assertEqual(shown["faults"][0]["value"], "shiping")
        self.assertTrue(shown["raw"].startswith("<ObjectEvent"))
        mended = self.file("mended.xml", shown["raw"].replace("shiping", "shipping"))
        self.run_program("dlq", "retry", row["position"], "--file", mended, "--reason", "misspelt")
        self.assertEqual(self.answer("dlq", "list")["rows"], [])
        self.run_program("ingest", *self.files, data=self.other())
        mended_scope, wanted = self.scope(), self.scope(data=self.root / "other")
        for member in ("complete", "affected", "own_control", "balance"):
            self.assertEqual(plain.without_positions(mended_scope[member]), plain.without_positions(wanted[member]), member)

    def test_a_document_type_is_refused_and_a_csv_may_be_xml(self) -> None:
        said = self.faults("ingest", self.file("bomb.xml", '<!DOCTYPE x [<!ENTITY a "b">]><ObjectEvent>&a;</ObjectEvent>'))
        self.assertIn("a document type (DOCTYPE) is never read", said)
        self.run_program("ingest", self.file("receipts.csv", document_in_xml(Epcis().document(), "2.0")))
        self.assertTrue(self.answer("audit", "verify")["ok"])


if __name__ == "__main__":
    end_to_end.PROGRAM = sys.argv.pop(1)
    unittest.main()
