// cli/demo/parties.cc - invented companies and people. Telephone numbers are from ranges kept for fiction where the
// country has one; mail domains end in .example (RFC 2606).
#include "cli/demo/parties.h"

#include "cli/demo/epcis_writer.h"

#include <array>

#include <fmt/format.h>

namespace lotledger::cli::demo {
namespace {

constexpr Party k_plant{k_own_prefix,
                        "00000",
                        "00001",
                        "澜安医疗器械（宁波）有限公司",
                        "Lan'an Medical Devices (Ningbo) Co., Ltd.",
                        "manufacturer",
                        "滨海四路 200 号",
                        "宁波",
                        "315336",
                        "CN",
                        "+86 574 5550 0199",
                        "recall@lanan-medical.example",
                        "沈佳"};

constexpr Party k_parts_plant{k_own_prefix,
                              "00000",
                              "00002",
                              "澜安医疗器械（宁波）有限公司 宝鸡零件厂",
                              "Lan'an Medical Devices (Ningbo) Co., Ltd., Baoji parts plant",
                              "manufacturer",
                              "高新大道 88 号",
                              "宝鸡",
                              "721013",
                              "CN",
                              "+86 917 5550 0198",
                              "recall@lanan-medical.example",
                              "沈佳"};

constexpr std::array k_suppliers{
    Party{"9521301", "00000", "00001", "秦岭钛业股份有限公司", "Qinling Titanium Co., Ltd.", "supplier", "钛城路 1 号",
          "宝鸡", "721013", "CN", "+86 917 5550 0201", "quality@qinling-ti.example", "冯刚"},
    Party{"9521302", "00000", "00001", "Rheinpolymer Medizintechnik GmbH", "Rheinpolymer Medizintechnik GmbH",
          "supplier", "Industriestraße 60", "Leverkusen", "51373", "DE", "+49 214 23125 202",
          "quality@rheinpolymer.example", "Heike Wolf"},
    Party{"9521303", "00000", "00001", "新竹微泵電子股份有限公司", "Hsinchu Micropump Electronics Inc.", "supplier",
          "研新路 8 號", "新竹", "300096", "TW", "+886 3 555 0203", "quality@micropump.example", "曾文彬"},
    Party{"9521304", "00000", "00001", "Great Bend Implant Cells Inc.", "Great Bend Implant Cells Inc.", "supplier",
          "18 Voltage Road", "Great Bend, KS", "67530", "US", "+1 620 555 0204", "quality@gbcells.example",
          "Wade Harmon"},
    Party{"9521305", "00000", "00001", "苏州无菌包装有限公司", "Suzhou Sterile Packaging Co., Ltd.", "supplier",
          "白塘路 15 号", "苏州", "215021", "CN", "+86 512 5550 0205", "quality@szsterile.example", "邓岚"},
    Party{"9521306", "00000", "00001", "昆山精塑医疗代工有限公司", "Kunshan Precision Moulding Services Co., Ltd.",
          "subcontractor", "模具路 6 号", "昆山", "215300", "CN", "+86 512 5550 0206", "quality@ksmoulding.example",
          "钱宇"},
};

constexpr std::array k_customers = std::to_array<Party>({
    {"9521401", "00000", "00001", "杭州湖畔康复医院", "Hangzhou Lakeside Rehabilitation Hospital", "hospital",
     "湖畔路 118 号", "杭州", "310012", "CN", "+86 571 5550 0101", "recall@c01.example", "王敏"},
    {"9521402", "00000", "00001", "宁波海曙疼痛专科医院", "Ningbo Haishu Pain Clinic", "hospital", "海曙大道 26 号",
     "宁波", "315010", "CN", "+86 574 5550 0102", "recall@c02.example", "陈建国"},
    {"9521403", "00000", "00001", "上海浦江神经外科医院", "Shanghai Pujiang Neurosurgery Hospital", "hospital",
     "浦江路 900 号", "上海", "200120", "CN", "+86 21 5550 0103", "recall@c03.example", "李静"},
    {"9521404", "00000", "00001", "南京钟山第九医院", "Nanjing Zhongshan Ninth Hospital", "hospital", "钟山北路 45 号",
     "南京", "210009", "CN", "+86 25 5550 0104", "recall@c04.example", "张磊"},
    {"9521405", "00000", "00001", "苏州金鸡湖肿瘤医院", "Suzhou Jinji Lake Cancer Hospital", "hospital",
     "星湖街 330 号", "苏州", "215028", "CN", "+86 512 5550 0105", "recall@c05.example", "赵雪"},
    {"9521406", "00000", "00001", "北京朝阳门疼痛中心", "Beijing Chaoyangmen Pain Centre", "hospital", "朝阳门外 71 号",
     "北京", "100020", "CN", "+86 10 5550 0106", "recall@c06.example", "刘洋"},
    {"9521407", "00000", "00001", "广州珠江儿童医院", "Guangzhou Pearl River Children's Hospital", "hospital",
     "珠江西路 5 号", "广州", "510623", "CN", "+86 20 5550 0107", "recall@c07.example", "黄丽"},
    {"9521408", "00000", "00001", "深圳湾第二医院", "Shenzhen Bay Second Hospital", "hospital", "后海大道 210 号",
     "深圳", "518054", "CN", "+86 755 5550 0108", "recall@c08.example", "吴强"},
    {"9521409", "00000", "00001", "成都锦江脊柱医院", "Chengdu Jinjiang Spine Hospital", "hospital", "锦江路 62 号",
     "成都", "610021", "CN", "+86 28 5550 0109", "recall@c09.example", "周涛"},
    {"9521410", "00000", "00001", "武汉东湖康复中心", "Wuhan East Lake Rehabilitation Centre", "hospital",
     "东湖路 155 号", "武汉", "430071", "CN", "+86 27 5550 0110", "recall@c10.example", "徐芳"},
    {"9521411", "00000", "00001", "西安长安医疗器械有限公司", "Xi'an Chang'an Medical Devices Co., Ltd.", "distributor",
     "长安南路 300 号", "西安", "710061", "CN", "+86 29 5550 0111", "recall@c11.example", "孙伟"},
    {"9521412", "00000", "00001", "重庆山城医疗供应链有限公司", "Chongqing Shancheng Medical Supply Co., Ltd.",
     "distributor", "石桥铺 18 号", "重庆", "400039", "CN", "+86 23 5550 0112", "recall@c12.example", "马超"},
    {"9521413", "00000", "00001", "青岛黄海医药物流有限公司", "Qingdao Yellow Sea Medical Logistics Co., Ltd.",
     "distributor", "海尔路 88 号", "青岛", "266101", "CN", "+86 532 5550 0113", "recall@c13.example", "胡婷"},
    {"9521414", "00000", "00001", "沈阳北方医疗商贸有限公司", "Shenyang Northern Medical Trading Co., Ltd.",
     "distributor", "北陵大街 12 号", "沈阳", "110032", "CN", "+86 24 5550 0114", "recall@c14.example", "郭峰"},
    {"9521415", "00000", "00001", "澜安医疗寄售库（杭州）", "Lan'an Medical consignment store Hangzhou",
     "own consignment", "湖畔路 120 号", "杭州", "310012", "CN", "+86 571 5550 0115", "recall@c15.example", "何倩"},
    {"9521416", "00000", "00001", "澜安医疗寄售库（广州）", "Lan'an Medical consignment store Guangzhou",
     "own consignment", "珠江西路 9 号", "广州", "510623", "CN", "+86 20 5550 0116", "recall@c16.example", "林峰"},
    {"9521417", "00000", "00001", "Klinikum Nordufer Berlin", "Klinikum Nordufer Berlin", "hospital", "Nordufer 14",
     "Berlin", "13353", "DE", "+49 30 23125 101", "recall@c17.example", "Anke Vogel"},
    {"9521418", "00000", "00001", "Schmerzklinik Elbtal", "Schmerzklinik Elbtal", "hospital", "Elbstraße 7", "Dresden",
     "01067", "DE", "+49 351 23125 102", "recall@c18.example", "Jörg Lindner"},
    {"9521419", "00000", "00001", "Universitätsklinik Lahnberg", "Universitatsklinik Lahnberg", "hospital",
     "Am Lahnberg 1", "Marburg", "35043", "DE", "+49 6421 23125 103", "recall@c19.example", "Dr. Ute Kranz"},
    {"9521420", "00000", "00001", "St.-Bonifaz-Krankenhaus", "St.-Bonifaz-Krankenhaus", "hospital", "Bonifazgasse 3",
     "Köln", "50667", "DE", "+49 221 23125 104", "recall@c20.example", "Peter Hahn"},
    {"9521421", "00000", "00001", "Neurozentrum Isartal", "Neurozentrum Isartal", "hospital", "Isarweg 22", "München",
     "80538", "DE", "+49 89 23125 105", "recall@c21.example", "Sabine Moll"},
    {"9521422", "00000", "00001", "Reha-Klinik Ostsee", "Reha-Klinik Ostsee", "hospital", "Strandallee 40", "Rostock",
     "18119", "DE", "+49 381 23125 106", "recall@c22.example", "Kai Brandt"},
    {"9521423", "00000", "00001", "Medivert Hansa GmbH", "Medivert Hansa GmbH", "distributor", "Hafenstraße 88",
     "Hamburg", "20457", "DE", "+49 40 23125 107", "recall@c23.example", "Meike Petersen"},
    {"9521424", "00000", "00001", "Süddeutsche Implantat-Logistik GmbH", "Suddeutsche Implantat-Logistik GmbH",
     "distributor", "Neckarstraße 5", "Stuttgart", "70190", "DE", "+49 711 23125 108", "recall@c24.example",
     "Uwe Maier"},
    {"9521425", "00000", "00001", "Lan'an Medical Konsignationslager Frankfurt",
     "Lan'an Medical Konsignationslager Frankfurt", "own consignment", "Hanauer Landstraße 300", "Frankfurt am Main",
     "60314", "DE", "+49 69 23125 109", "recall@c25.example", "Tanja Roth"},
    {"9521426", "00000", "00001", "Lakeview Spine and Pain Hospital", "Lakeview Spine and Pain Hospital", "hospital",
     "4100 Lakeview Drive", "Madison, WI", "53703", "US", "+1 608 555 0101", "recall@c26.example", "Karen Doyle"},
    {"9521427", "00000", "00001", "Three Rivers Medical Center", "Three Rivers Medical Center", "hospital",
     "77 Confluence Avenue", "Pittsburgh, PA", "15222", "US", "+1 412 555 0102", "recall@c27.example", "Marcus Bell"},
    {"9521428", "00000", "00001", "Bayou Regional Hospital", "Bayou Regional Hospital", "hospital", "1200 Bayou Road",
     "Lafayette, LA", "70501", "US", "+1 337 555 0103", "recall@c28.example", "Denise Landry"},
    {"9521429", "00000", "00001", "Cascade Children's Clinic", "Cascade Children's Clinic", "hospital",
     "650 Cascade Street", "Portland, OR", "97201", "US", "+1 503 555 0104", "recall@c29.example", "Emily Tran"},
    {"9521430", "00000", "00001", "Desert Sun Neurology Institute", "Desert Sun Neurology Institute", "hospital",
     "9 Saguaro Way", "Tucson, AZ", "85701", "US", "+1 520 555 0105", "recall@c30.example", "Luis Ortega"},
    {"9521431", "00000", "00001", "Harbor Point Hospital", "Harbor Point Hospital", "hospital", "31 Harbor Point",
     "Baltimore, MD", "21231", "US", "+1 410 555 0106", "recall@c31.example", "Grace Kim"},
    {"9521432", "00000", "00001", "Midland Implant Distributors Inc.", "Midland Implant Distributors Inc.",
     "distributor", "5800 Freight Row", "Omaha, NE", "68102", "US", "+1 402 555 0107", "recall@c32.example",
     "Todd Svensen"},
    {"9521433", "00000", "00001", "Atlantic MedSupply LLC", "Atlantic MedSupply LLC", "distributor",
     "240 Terminal Road", "Newark, NJ", "07114", "US", "+1 973 555 0108", "recall@c33.example", "Priya Nair"},
    {"9521434", "00000", "00001", "Lan'an Medical consignment store Chicago",
     "Lan'an Medical consignment store Chicago", "own consignment", "1500 Dock Street", "Chicago, IL", "60607", "US",
     "+1 312 555 0109", "recall@c34.example", "Aaron Fields"},
    {"9521435", "00000", "00001", "Hospital São Bento da Serra", "Hospital Sao Bento da Serra", "hospital",
     "Rua das Acácias 210", "São Paulo", "01310-000", "BR", "+55 11 5550 0101", "recall@c35.example", "Mariana Souza"},
    {"9521436", "00000", "00001", "Clínica da Dor Guanabara", "Clinica da Dor Guanabara", "hospital",
     "Avenida Atlântica 1500", "Rio de Janeiro", "22021-001", "BR", "+55 21 5550 0102", "recall@c36.example",
     "João Pereira"},
    {"9521437", "00000", "00001", "Hospital Universitário do Cerrado", "Hospital Universitario do Cerrado", "hospital",
     "Quadra 12, Lote 4", "Brasília", "70040-010", "BR", "+55 61 5550 0103", "recall@c37.example", "Renata Lima"},
    {"9521438", "00000", "00001", "Hospital Infantil Pinheiral", "Hospital Infantil Pinheiral", "hospital",
     "Rua do Pinheiral 33", "Curitiba", "80010-000", "BR", "+55 41 5550 0104", "recall@c38.example", "Carlos Mendes"},
    {"9521439", "00000", "00001", "Implantes do Sul Distribuidora Ltda.", "Implantes do Sul Distribuidora Ltda.",
     "distributor", "Avenida dos Estados 900", "Porto Alegre", "90200-000", "BR", "+55 51 5550 0105",
     "recall@c39.example", "Fernanda Rocha"},
    {"9521440", "00000", "00001", "Recife Médica Comércio Ltda.", "Recife Medica Comercio Ltda.", "distributor",
     "Rua do Porto 75", "Recife", "50030-000", "BR", "+55 81 5550 0106", "recall@c40.example", "Paulo Azevedo"},
});

constexpr std::array<PlaceText, k_places> k_places_told{{{"Parts plant: goods in", "storage"},
                                                         {"Parts plant: bar store", "storage"},
                                                         {"Parts plant: machining", "production"},
                                                         {"Parts plant: dispatch dock", "storage"},
                                                         {"Goods in", "storage"},
                                                         {"Raw material store", "storage"},
                                                         {"Electronics", "production"},
                                                         {"Final assembly", "production"},
                                                         {"Packing", "production"},
                                                         {"Sterilisation", "production"},
                                                         {"Finished goods", "storage"},
                                                         {"Dispatch dock", "storage"},
                                                         {"Quarantine", "storage"},
                                                         {"Contract moulder", "subcontractor"}}};

/// Attributes that the Core Business Vocabulary does not know stand in the plant's own name space.
constexpr std::string_view k_standard = "urn:epcglobal:cbv:mda:";
constexpr std::string_view k_own = "https://ns.lanan-medical.example/mda/";

void append_attribute(std::string& to, std::string_view space, std::string_view name, std::string_view value) {
  if (to.back() != '[') to += ',';
  to += fmt::format(R"({{"id":"{}{}","attribute":"{}"}})", space, name, value);
}

void append_address(std::string& to, const Party& party) {
  append_attribute(to, k_standard, "streetAddressOne", party.street);
  append_attribute(to, k_standard, "city", party.city);
  append_attribute(to, k_standard, "postalCode", party.postal_code);
  append_attribute(to, k_standard, "countryCode", party.country);
}

void append_party(std::string& to, const Party& party) {
  to += fmt::format(R"({{"id":"{}","attributes":[)", pgln_urn(party));
  append_attribute(to, k_standard, "name", party.name);
  append_attribute(to, k_own, "nameLatin", party.name_latin);
  append_address(to, party);
  append_attribute(to, k_standard, "telephone", party.telephone);
  append_attribute(to, k_standard, "email", party.email);
  append_attribute(to, k_own, "recallContact", party.recall_contact);
  append_attribute(to, k_own, "role", party.role);
  to += "]}";
}

}  // namespace

const Party& plant() {
  return k_plant;
}
const Party& parts_plant() {
  return k_parts_plant;
}
const Party& contract_manufacturer() {
  return k_suppliers.back();
}
const PlaceText& text_of(Place place) {
  return k_places_told[static_cast<std::size_t>(place)];
}
std::span<const Party> suppliers() {
  return k_suppliers;
}
std::span<const Party> customers() {
  return k_customers;
}

std::string pgln_urn(const Party& party) {
  return fmt::format("urn:epc:id:pgln:{}.{}", party.prefix, party.party_reference);
}

std::string place_urn(const Party& party) {
  return fmt::format("urn:epc:id:sgln:{}.{}.0", party.prefix, party.place_reference);
}

std::string party_gln(const Party& party) {
  return gln(party.prefix, party.party_reference);
}

std::string master_data(const Party& party) {
  std::string text =
      R"({"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:Party","vocabularyElementList":[)";
  append_party(text, party);
  return text + "]}]}}";
}

}  // namespace lotledger::cli::demo
