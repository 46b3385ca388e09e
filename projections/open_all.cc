// projections/open_all.cc - a thread for each read model.
#include "projections/open_all.h"

#include <future>
#include <utility>

namespace lotledger::projections {

Result<std::vector<Folded>> open_all_for_folding(std::vector<std::unique_ptr<Projection>> projections,
                                                 const std::string& stores_folder, engine::LogReader& log) {
  // What a library throws is thrown on by get(), in the thread of the caller.
  std::vector<std::future<Result<Folded>>> opening;
  opening.reserve(projections.size());
  for (auto& projection : projections) {
    opening.push_back(
        std::async(std::launch::async, [&] { return open_for_folding(std::move(projection), stores_folder, log); }));
  }
  std::vector<Folded> all;
  for (auto& one : opening) {
    LL_ASSIGN(auto folded, one.get());
    all.push_back(std::move(folded));
  }
  return all;
}

}  // namespace lotledger::projections
