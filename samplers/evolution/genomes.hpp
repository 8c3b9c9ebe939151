/// What the trials that may still end were given, and what they were born from.
#pragma once

#include <map>
#include <utility>

#include <winnow/samplers/evolution/individual.hpp>

namespace winnow::evolution {

/// `Birth`: what a trial's values were made from, as it was when it was suggested.
template <class Birth>
class Genomes {
public:
  struct Entry {
    Genome genome;
    Birth birth;
  };

  /// Suggested, or (again) seen to be: as of now.
  void born(TrialId trial, Assignment params, Birth birth) {
    entries_.insert_or_assign(trial, Entry{{std::move(params), {}}, std::move(birth)});
  }

  void observe(const ParameterDrawn& news) {
    const auto it = entries_.find(news.trial);
    if (it == entries_.end()) return;
    it->second.genome.params.set(news.name, news.value);
    it->second.genome.drawn.emplace_back(news.name, news.domain);
  }

  void observe(const TrialChanged& news) {
    const auto it = entries_.find(news.trial);
    if (it != entries_.end()) it->second.genome.params = news.params;
  }

  /// Null if there is none of that number.
  [[nodiscard]] const Entry* find(TrialId trial) const {
    const auto it = entries_.find(trial);
    return it == entries_.end() ? nullptr : &it->second;
  }

  /// One that failed may go on, and stays.
  void ended(const TrialEnded& news) {
    if (news.state != TrialState::failed) entries_.erase(news.trial);
  }

private:
  std::map<TrialId, Entry> entries_;
};

}  // namespace winnow::evolution
