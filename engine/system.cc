// engine/system.cc - names of environments.
#include "engine/system.h"

namespace lotledger::engine {

std::string_view name_of(Environment environment) {
  switch (environment) {
    case Environment::production: return "production";
    case Environment::training: return "training";
    case Environment::drill: return "drill";
  }
  return "unknown";
}

}  // namespace lotledger::engine
