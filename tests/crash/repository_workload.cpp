#include "tests/crash/repository_workload.h"

#include "tests/support/crash_disk.h"

namespace sightline::tests {
namespace {

using model::LeaveReason;
using model::RecordTime;
using std::chrono::milliseconds;
using storage::SessionRepository;

// One interview's names, times and people, all from its number.
struct Script {
    Script(std::uint64_t seed, std::uint64_t number)
        : dice(seed ^ (number << 32)),
          session(base::SessionId::from_value(dice.next() | 1)),
          anna(base::ParticipantId::from_value(dice.next() | 1)),
          omar(base::ParticipantId::from_value(dice.next() | 1)),
          lea(base::ParticipantId::from_value(dice.next() | 1)),
          title(1 + dice.below(model::kMaxTitleBytes), 't'),
          begin(static_cast<std::int64_t>(number) * 10'000) {}

    RecordTime at(std::int64_t ms) const { return RecordTime{milliseconds(begin + ms)}; }
    model::Participant person(base::ParticipantId id, const char* name) {
        std::string token;
        while (token.size() < 64) token += base::SessionId::from_value(dice.next()).text();
        return *model::make_participant(id, session, name, model::Role::Interviewer, token);
    }

    Dice dice;
    base::SessionId session;
    base::ParticipantId anna, omar, lea;
    std::string title;
    std::int64_t begin;
};

using Deed = std::function<void(SessionRepository&)>;

std::vector<std::pair<const char*, Deed>> deeds(std::uint64_t seed, std::uint64_t number) {
    Script s(seed, number);
    const std::vector people = {s.person(s.anna, "Anna"), s.person(s.omar, "Omar")};
    const auto lea = s.person(s.lea, "Lea");
    const auto token = s.person(s.anna, "Anna").token_sha256;
    return {
        {"open an interview",
         [=](SessionRepository& r) {
             r.open(*model::open_interview(s.session, s.title, s.at(0)), people);
         }},
        {"add a participant", [=](SessionRepository& r) { r.add(lea); }},
        {"joined", [=](SessionRepository& r) { r.joined(s.anna, s.at(2000)); }},
        {"another joined", [=](SessionRepository& r) { r.joined(s.omar, s.at(2100)); }},
        {"put quality",
         [=](SessionRepository& r) {
             r.put_quality(s.anna,
                           {{100, 90000, 1, 2, 2, 1, 12.5, 3.0}, {200, 1, 0, 0, 0, 0, {}, {}}});
         }},
        {"left", [=](SessionRepository& r) { r.left(s.anna, LeaveReason::Lost, s.at(3000)); }},
        {"joined again", [=](SessionRepository& r) { r.joined(s.anna, s.at(3500)); }},
        {"renew a token", [=](SessionRepository& r) { r.renew_token(s.anna, token); }},
        {"note an incident",
         [=](SessionRepository& r) {
             r.note(s.session, {s.at(3600), "engine.silent"});
         }},
        {"alive", [=](SessionRepository& r) { r.alive(s.session, s.at(4000)); }},
        {"remove", [=](SessionRepository& r) { r.remove(s.lea); }},
        {"close the interview",
         [=](SessionRepository& r) { r.close(s.session, model::EndReason::Closed, s.at(5000)); }},
    };
}

}  // namespace

void RepositoryWorkload::open() {
    database_.emplace(directory_ / "kiosk.db", storage::Access::ReadWrite);
    repository_.emplace(*database_);
}

void RepositoryWorkload::close() {
    repository_.reset();
    database_.reset();
}

std::vector<Operation> RepositoryWorkload::operations() {
    std::vector<Operation> operations;
    for (std::uint64_t number = 1; operations.size() < count_; ++number) {
        for (const auto& [name, deed] : deeds(seed_, number)) {
            if (operations.size() == count_) break;
            operations.push_back({name, [this, d = deed] { d(*repository_); }});
        }
    }
    return operations;
}

std::string RepositoryWorkload::digest() {
    std::string out;
    for (const auto& line : repository_->list(count_)) {
        const auto record = repository_->find(line.interview.id).value();
        out += record.interview.title + " " + std::to_string(record.participants.size()) + "\n";
    }
    return out + dump(database_->sqlite());
}

}  // namespace sightline::tests
