// A kiosk's authority over a sealed store, with a clock that the test moves and small texts of
// consent; crashes and starts as the program does.
#pragma once

#include <boost/json/parse.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/staff_desk.h"
#include "session/lease/lease.h"
#include "storage/staff_repository.h"
#include "tests/support/consent_texts.h"
#include "tests/support/device_keys.h"
#include "tests/support/open_store.h"

namespace sightline::tests {

inline kiosk::Now after(std::chrono::milliseconds elapsed) {
    constexpr std::int64_t kEpochMs = 1'700'000'000'000;
    return {base::Instant(std::chrono::seconds(1000)) + elapsed,
            model::RecordTime(std::chrono::milliseconds(kEpochMs)) + elapsed};
}

class KioskBench {
  public:
    KioskBench() {
        texts_.write_usual();
        library_ = texts_.load().value();
        start(after(std::chrono::milliseconds(0)));
    }

    // As after kill -9: nothing is said to anybody.
    void crash_and_start(kiosk::Now now) {
        authority_.reset();
        staff_.reset();
        store.restart();
        start(now);
    }

    kiosk::SessionAuthority& authority() { return *authority_; }
    kiosk::StaffDesk& staff() { return *staff_; }
    storage::InterviewRepository& repository() { return *repository_; }
    const consent::TextLibrary& texts() const { return library_; }

    // Called in place of the links, before the disk is written.
    std::function<void()> on_announce;

    kiosk::Plan plan() const {
        kiosk::Plan plan;
        plan.title = "Mission";
        plan.subjects.push_back({std::nullopt, "Amina", false, "", std::nullopt});
        plan.delegation.state = "NLD";
        return plan;
    }
    storage::Said said(kiosk::Now now) const { return {"supervisor 1a2b3c", now.wall}; }

    base::Result<void> step(model::Step step, kiosk::Now now) {
        return authority_->step({step, {}, {}}, said(now), now);
    }
    base::Result<void> pause(model::PauseReason reason, kiosk::Now now) {
        return authority_->step({model::Step::Pause, reason, {}}, said(now), now);
    }
    base::Result<void> end(model::EndReason reason, kiosk::Now now) {
        return authority_->step({model::Step::End, {}, reason}, said(now), now);
    }
    // The first of those who are interviewed.
    base::RecordId subject() const { return authority_->running()->row.subjects.at(0).person; }
    base::Result<model::Consent> consent(model::ConsentItem item, model::ConsentAnswer answer,
                                         kiosk::Now now, std::string scope = "") {
        model::Consent consent;
        consent.person = subject();
        consent.item = item;
        consent.scope = std::move(scope);
        consent.answer = answer;
        consent.language = "en";
        consent.text_sha256 = library_.find(item, "en")->sha256;
        consent.witness = "staff 1";
        return authority_->record_consent(consent, said(now));
    }
    void schedule(kiosk::Now now) {
        session = authority_->schedule(plan(), said(now), now).value();
        authority_->hub_connected();
        authority_->on_hub(kiosk::Opened{session}, now);
    }
    // Up to `state`, with consent to picture and sound, and to `metadata` as said.
    void lead_to(model::State state, model::ConsentAnswer metadata, kiosk::Now now) {
        using model::ConsentAnswer;
        using model::ConsentItem;
        using model::State;
        using model::Step;
        schedule(now);
        if (state == State::Scheduled) return;
        step(Step::CheckIn, now).value();
        if (state == State::CheckedIn) return;
        step(Step::OpenConsent, now).value();
        if (state == State::Consenting) return;
        consent(ConsentItem::Video, ConsentAnswer::Given, now).value();
        consent(ConsentItem::Audio, ConsentAnswer::Given, now).value();
        consent(ConsentItem::Metadata, metadata, now).value();
        step(Step::CloseConsent, now).value();
        if (state == State::Waiting) return;
        step(Step::Start, now).value();
        if (state == State::Live) return;
        if (state == State::Paused) pause(model::PauseReason::Break, now).value();
        if (state == State::Ended) end(model::EndReason::Complete, now).value();
    }
    kiosk::Invited invite(model::Role role, const std::string& name, kiosk::Now now) {
        return authority_
            ->invite({role, name, role == model::Role::Observer ? "Ministry" : "", {}}, said(now))
            .value();
    }
    // Invited, there and let in.
    base::ParticipantId admitted(model::Role role, const std::string& name, kiosk::Now now) {
        const auto id = invite(role, name, now).participant;
        authority_->on_hub(kiosk::Joined{session, id, now.wall}, now);
        authority_->admit(id, said(now)).value();
        return id;
    }
    // The newest lease among the messages.
    static std::optional<lease::Lease> lease_in(const std::vector<std::string>& messages);
    std::optional<lease::Lease> new_lease() { return lease_in(authority_->take_hub_messages()); }
    // The events of an interview's dossier in the audit log, oldest first.
    std::vector<std::string> log(base::SessionId of) {
        std::vector<std::string> events;
        for (const auto& opening : store->openings(*repository_->dossier_of(of)).value()) {
            events.push_back(opening.event);
        }
        return events;
    }
    std::optional<storage::SessionRecord> record() { return repository_->find(session); }

    OpenStore store;
    base::SessionId session;
    // Another one holds from the next start on.
    const kiosk::DeviceTrust* trust = &links_alone_;

  private:
    void start(kiosk::Now now) {
        repository_.emplace(*store);
        staff_repository_.emplace(*store);
        const auto identity = staff_repository_->start(
            now.wall, [] { return std::string(kiosk_key().secret_jwk().reveal_text()); });
        staff_.emplace(*staff_repository_, kCheapPin);
        staff_->load(now);
        authority_.emplace(*repository_, library_,
                           kiosk::Site{"http://localhost:8080", "https://127.0.0.1:8443", "ff"},
                           *trust, [this] {
                               if (on_announce) on_announce();
                           });
        authority_->resume({kiosk_key(), identity.starts}, now);
    }

    kiosk::LinksAlone links_alone_;
    ConsentTexts texts_;
    consent::TextLibrary library_;
    std::optional<storage::InterviewRepository> repository_;
    std::optional<storage::StaffRepository> staff_repository_;
    std::optional<kiosk::StaffDesk> staff_;
    std::optional<kiosk::SessionAuthority> authority_;
};

inline std::optional<lease::Lease> KioskBench::lease_in(const std::vector<std::string>& messages) {
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        const auto object = boost::json::parse(*message).as_object();
        if (object.at("type").as_string() != "lease") continue;
        return lease::open(object.at("jws").as_string(), kiosk_key().public_key()).value();
    }
    return std::nullopt;
}

}  // namespace sightline::tests
