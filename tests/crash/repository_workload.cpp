#include "tests/crash/repository_workload.h"

namespace sightline::tests {
namespace {

using model::LeaveReason;
using model::RecordTime;
using std::chrono::milliseconds;

constexpr RecordTime at(std::int64_t ms) { return RecordTime{milliseconds(ms)}; }
const auto kFirst = base::SessionId::from_value(0xA1);
const auto kSecond = base::SessionId::from_value(0xA2);
const auto kAnna = base::ParticipantId::from_value(0xB1);
const auto kOmar = base::ParticipantId::from_value(0xB2);
const auto kLea = base::ParticipantId::from_value(0xB3);

model::Participant person(base::ParticipantId id, base::SessionId session, const char* name,
                          char digit) {
    return *model::make_participant(id, session, name, model::Role::Interviewer,
                                    std::string(64, digit));
}

}  // namespace

void RepositoryWorkload::open() {
    database_.emplace(directory_.path() / "kiosk.db", storage::Access::ReadWrite);
    repository_.emplace(*database_);
}

void RepositoryWorkload::close() {
    repository_.reset();
    database_.reset();
}

std::vector<Operation> RepositoryWorkload::operations() {
    const auto step = [this](const char* name, auto body) {
        return Operation{name, [this, body] { body(*repository_); }};
    };
    using Repository = storage::SessionRepository;
    return {
        step("open an interview",
             [](Repository& r) {
                 const std::vector people = {person(kAnna, kFirst, "Anna", 'a'),
                                             person(kOmar, kFirst, "Omar", 'b')};
                 r.open(*model::open_interview(kFirst, "Mission", at(1000)), people);
             }),
        step("add a participant", [](Repository& r) { r.add(person(kLea, kFirst, "Lea", 'c')); }),
        step("joined", [](Repository& r) { r.joined(kAnna, at(2000)); }),
        step("another joined", [](Repository& r) { r.joined(kOmar, at(2100)); }),
        step("put quality",
             [](Repository& r) {
                 r.put_quality(kAnna,
                               {{100, 90000, 1, 2, 2, 1, 12.5, 3.0}, {200, 1, 0, 0, 0, 0, {}, {}}});
             }),
        step("left", [](Repository& r) { r.left(kAnna, LeaveReason::Lost, at(3000)); }),
        step("joined again", [](Repository& r) { r.joined(kAnna, at(3500)); }),
        step("renew a token", [](Repository& r) { r.renew_token(kAnna, std::string(64, 'd')); }),
        step("note an incident",
             [](Repository& r) {
                 r.note(kFirst, {at(3600), "engine.silent"});
             }),
        step("alive", [](Repository& r) { r.alive(kFirst, at(4000)); }),
        step("remove", [](Repository& r) { r.remove(kLea); }),
        step("close the interview",
             [](Repository& r) { r.close(kFirst, model::EndReason::Closed, at(5000)); }),
        step("open the next",
             [](Repository& r) { r.open(*model::open_interview(kSecond, "Next", at(6000)), {}); }),
    };
}

std::string RepositoryWorkload::digest() {
    std::string out;
    for (const auto id : {kFirst, kSecond}) {
        const auto record = repository_->find(id);
        out += record ? record->interview.title + " " + std::to_string(record->participants.size())
                      : std::string("none");
        out += "\n";
    }
    return out + dump(database_->sqlite());
}

}  // namespace sightline::tests
