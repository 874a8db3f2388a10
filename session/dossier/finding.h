// What is wrong with a form or with a file of them, by place, field and reason. A finding never
// repeats the value it complains of: findings are shown and logged where dossiers are not. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sightline::dossier {

enum class Weight : std::uint8_t {
    Refused,  // what it is about did not go in
    Doubt,    // it went in, and somebody should look at it
};

struct Finding {
    Weight weight = Weight::Refused;
    std::size_t line = 0;     // of the file, from 1; 0: it has none
    std::size_t dossier = 0;  // its place in the file, from 1; 0: of no particular one
    std::string field;        // a column, a JSON Pointer (RFC 6901) or a flat field's path
    std::string reason;       // the end of a sentence that begins with the field
    bool operator==(const Finding&) const = default;
};
// "line 4: birth_date is no full date, such as 1984-06-11".
std::string text_of(const Finding& finding);

// A file of rubbish makes no end of findings: the first of them are kept, all are counted.
class Findings {
  public:
    static constexpr std::size_t kMost = 1000;

    void add(Finding finding);
    const std::vector<Finding>& kept() const { return kept_; }
    std::size_t refusals() const { return refusals_; }
    std::size_t in_all() const { return in_all_; }

  private:
    std::vector<Finding> kept_;
    std::size_t refusals_ = 0;
    std::size_t in_all_ = 0;
};

}  // namespace sightline::dossier
