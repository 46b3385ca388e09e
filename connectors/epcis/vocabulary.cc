// connectors/epcis/vocabulary.cc - tables of words. They are facts of the standard; a new edition adds words, never
// removes.
#include "connectors/epcis/vocabulary.h"

#include <algorithm>
#include <array>

namespace lotledger::connectors::epcis {

namespace {

using namespace std::string_view_literals;

// CBV 2.0, 7.1.
constexpr std::array k_biz_steps{"accepting"sv,
                                 "arriving"sv,
                                 "assembling"sv,
                                 "collecting"sv,
                                 "commissioning"sv,
                                 "consigning"sv,
                                 "creating_class_instance"sv,
                                 "cycle_counting"sv,
                                 "decommissioning"sv,
                                 "departing"sv,
                                 "destroying"sv,
                                 "disassembling"sv,
                                 "dispensing"sv,
                                 "encoding"sv,
                                 "entering_exiting"sv,
                                 "holding"sv,
                                 "inspecting"sv,
                                 "installing"sv,
                                 "killing"sv,
                                 "loading"sv,
                                 "other"sv,
                                 "packing"sv,
                                 "picking"sv,
                                 "receiving"sv,
                                 "removing"sv,
                                 "repackaging"sv,
                                 "repairing"sv,
                                 "replacing"sv,
                                 "reserving"sv,
                                 "retail_selling"sv,
                                 "sampling"sv,
                                 "sensor_reporting"sv,
                                 "shipping"sv,
                                 "staging_outbound"sv,
                                 "stock_taking"sv,
                                 "stocking"sv,
                                 "storing"sv,
                                 "transporting"sv,
                                 "unloading"sv,
                                 "unpacking"sv,
                                 "void_shipping"sv};

// CBV 2.0, 7.2.
constexpr std::array k_dispositions{"active"sv,
                                    "available"sv,
                                    "completeness_inferred"sv,
                                    "completeness_verified"sv,
                                    "conformant"sv,
                                    "container_closed"sv,
                                    "container_open"sv,
                                    "damaged"sv,
                                    "destroyed"sv,
                                    "dispensed"sv,
                                    "disposed"sv,
                                    "encoded"sv,
                                    "expired"sv,
                                    "in_progress"sv,
                                    "in_transit"sv,
                                    "inactive"sv,
                                    "mismatch_class"sv,
                                    "mismatch_instance"sv,
                                    "mismatch_quantity"sv,
                                    "needs_replacement"sv,
                                    "no_pedigree_match"sv,
                                    "non_conformant"sv,
                                    "non_sellable_other"sv,
                                    "partially_dispensed"sv,
                                    "recalled"sv,
                                    "reserved"sv,
                                    "retail_sold"sv,
                                    "returned"sv,
                                    "sellable_accessible"sv,
                                    "sellable_not_accessible"sv,
                                    "stolen"sv,
                                    "unavailable"sv,
                                    "unknown"sv};

// CBV 2.0, 7.3.
constexpr std::array k_transaction_types{"bol"sv,     "cert"sv,    "desadv"sv,    "inv"sv,    "pedigree"sv,
                                         "po"sv,      "poc"sv,     "prodorder"sv, "recadv"sv, "rma"sv,
                                         "testprd"sv, "testres"sv, "upevt"sv};

// CBV 2.0, 7.4 and 7.5.
constexpr std::array k_source_destination_types{"location"sv, "owning_party"sv, "possessing_party"sv};
constexpr std::array k_error_reasons{"did_not_occur"sv, "incorrect_data"sv};

constexpr std::array k_measurement_types{"AbsoluteHumidity"sv,
                                         "AbsorbedDose"sv,
                                         "AbsorbedDoseRate"sv,
                                         "Acceleration"sv,
                                         "Altitude"sv,
                                         "AmountOfSubstance"sv,
                                         "AmountOfSubstancePerUnitVolume"sv,
                                         "Angle"sv,
                                         "AngularAcceleration"sv,
                                         "AngularMomentum"sv,
                                         "AngularVelocity"sv,
                                         "Area"sv,
                                         "Capacitance"sv,
                                         "Conductance"sv,
                                         "Conductivity"sv,
                                         "Count"sv,
                                         "Density"sv,
                                         "Dimensionless"sv,
                                         "DoseEquivalent"sv,
                                         "DoseEquivalentRate"sv,
                                         "DynamicViscosity"sv,
                                         "ElectricCharge"sv,
                                         "ElectricCurrent"sv,
                                         "ElectricCurrentDensity"sv,
                                         "ElectricFieldStrength"sv,
                                         "Energy"sv,
                                         "Exposure"sv,
                                         "Force"sv,
                                         "Frequency"sv,
                                         "Illuminance"sv,
                                         "Inductance"sv,
                                         "Irradiance"sv,
                                         "KinematicViscosity"sv,
                                         "Length"sv,
                                         "LinearMomentum"sv,
                                         "Luminance"sv,
                                         "LuminousFlux"sv,
                                         "LuminousIntensity"sv,
                                         "MagneticFlux"sv,
                                         "MagneticFluxDensity"sv,
                                         "MagneticVectorPotential"sv,
                                         "Mass"sv,
                                         "MassConcentration"sv,
                                         "MassFlowRate"sv,
                                         "MassPerAreaTime"sv,
                                         "MemoryCapacity"sv,
                                         "MolalityOfSolute"sv,
                                         "MolarEnergy"sv,
                                         "MolarMass"sv,
                                         "MolarVolume"sv,
                                         "Power"sv,
                                         "Pressure"sv,
                                         "RadiantFlux"sv,
                                         "RadiantIntensity"sv,
                                         "Radioactivity"sv,
                                         "RelativeHumidity"sv,
                                         "Resistance"sv,
                                         "Resistivity"sv,
                                         "SolidAngle"sv,
                                         "SpecificVolume"sv,
                                         "Speed"sv,
                                         "SurfaceDensity"sv,
                                         "SurfaceTension"sv,
                                         "Temperature"sv,
                                         "Time"sv,
                                         "Torque"sv,
                                         "Voltage"sv,
                                         "Volume"sv,
                                         "VolumeFlowRate"sv,
                                         "VolumeFraction"sv,
                                         "VolumetricFlux"sv,
                                         "Wavenumber"sv};

constexpr std::array k_alert_types{"ALARM_CONDITION"sv, "ERROR_CONDITION"sv};

constexpr std::array k_components{"altitude"sv,
                                  "axial_distance"sv,
                                  "azimuth"sv,
                                  "easting"sv,
                                  "elevation_angle"sv,
                                  "height"sv,
                                  "latitude"sv,
                                  "longitude"sv,
                                  "northing"sv,
                                  "polar_angle"sv,
                                  "spherical_radius"sv,
                                  "x"sv,
                                  "y"sv,
                                  "z"sv};

// In the order of enum Vocabulary.
constexpr VocabularyTable k_tables[] = {
    {"business step", k_cbv_base, "BizStep-", "urn:epcglobal:cbv:bizstep:", k_biz_steps},
    {"disposition", k_cbv_base, "Disp-", "urn:epcglobal:cbv:disp:", k_dispositions},
    {"business transaction type", k_cbv_base, "BTT-", "urn:epcglobal:cbv:btt:", k_transaction_types},
    {"source or destination type", k_cbv_base, "SDT-", "urn:epcglobal:cbv:sdt:", k_source_destination_types},
    {"error reason", k_cbv_base, "ER-", "urn:epcglobal:cbv:er:", k_error_reasons},
    {"measurement type", k_gs1_base, "", "", k_measurement_types},
    {"sensor alert type", k_gs1_base, "", "", k_alert_types},
    {"component", k_cbv_base, "Comp-", "", k_components},
};

std::string_view known_word(const VocabularyTable& table, std::string_view text) {
  const auto found = std::ranges::find(table.words, text);
  return found == table.words.end() ? std::string_view() : *found;
}

TermReading of_this_vocabulary(const VocabularyTable& table, std::string_view tail) {
  const std::string_view word = known_word(table, tail);
  return word.empty() ? TermReading{TermForm::unknown_word, tail} : TermReading{TermForm::word, word};
}

/// The part of `text` behind base + prefix, where `text` is a full URI or a CURIE of that base.
std::optional<std::string_view> behind_base(const VocabularyTable& table, std::string_view text,
                                            const Namespaces& names) {
  const std::string_view other = table.base == k_gs1_base ? k_gs1_new_base : table.base;
  if (text.starts_with(table.base)) {
    text.remove_prefix(table.base.size());
  } else if (text.starts_with(other)) {
    text.remove_prefix(other.size());
  } else {
    const std::size_t colon = text.find(':');
    const auto space = names.find(text.substr(0, colon));
    if (space != table.base && space != other) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  if (!text.starts_with(table.prefix)) return std::nullopt;
  return text.substr(table.prefix.size());
}

}  // namespace

const VocabularyTable& table_of(Vocabulary vocabulary) {
  return k_tables[static_cast<std::size_t>(vocabulary)];
}

TermReading read_term(Vocabulary vocabulary, std::string_view text, const Namespaces& names) {
  const VocabularyTable& table = table_of(vocabulary);
  if (text.find(':') == std::string_view::npos) return of_this_vocabulary(table, text);
  if (!table.urn.empty() && text.starts_with(table.urn))
    return of_this_vocabulary(table, text.substr(table.urn.size()));
  const auto tail = behind_base(table, text, names);
  if (!tail) return {TermForm::own_uri, {}};
  const TermReading reading = of_this_vocabulary(table, *tail);
  // Without a prefix of its own the vocabulary shares its base with other words of GS1, which are as good as one's own.
  if (reading.form == TermForm::unknown_word && table.prefix.empty()) return {TermForm::own_uri, {}};
  return reading;
}

std::string uri_of(Vocabulary vocabulary, std::string_view word) {
  const VocabularyTable& table = table_of(vocabulary);
  std::string result(table.base);
  result += table.prefix;
  result += word;
  return result;
}

bool knows(Vocabulary vocabulary, std::string_view word) {
  return !known_word(table_of(vocabulary), word).empty();
}

}  // namespace lotledger::connectors::epcis
