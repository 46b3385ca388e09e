// cli/examination.cc - findings as rows of the answer.
#include "cli/examination.h"

namespace lotledger::cli {

void Examination::add(bool is_good, std::string_view check, std::string detail, std::string_view remedy) {
  rows_.push_back({{"check", std::string(check)},
                   {"good", is_good},
                   {"verdict", std::string(output_.say(is_good ? Text::check_good : Text::check_attention))},
                   {"detail", std::move(detail)},
                   {"remedy", text_json(remedy)},
                   {"repair", nullptr}});
}

void Examination::attention(std::string_view check, std::string detail, std::string_view remedy) {
  sound_ = false;
  add(false, check, std::move(detail), remedy);
}

void Examination::attention(std::string_view check, std::string detail, Repair repair) {
  attention(check, std::move(detail), "lotledger doctor --repair");
  rows_.back()["repair"] = repair.what;
  repairs_.push_back(std::move(repair));
}

}  // namespace lotledger::cli
