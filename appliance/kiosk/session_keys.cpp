// The media keys as people, devices and consents come and go, and what pages say in sealed letters:
// a part of SessionAuthority.
#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/news.h"
#include "appliance/kiosk/people_names.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"
#include "session/identity/verification_words.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using storage::audit::Action;

}  // namespace

// Keys and lease as the interview has them now. True: there is a lease to be told.
bool SessionAuthority::settle_keys(bool cut) {
    auto flows = live_->now.flows();
    if (live_->keys.settle(live_->now, flows, cut)) {
        const auto& epoch = live_->keys.schedule().newest();
        spdlog::info("keys.epoch session={} epoch={} devices={} tracks={} switched={}",
                     live_->now.id().brief(), epoch.number, epoch.devices.size(), epoch.keys.size(),
                     live_->keys.schedule().switched());
    }
    return live_->lease.grant(std::move(flows), live_->keys.schedule());
}

// A device has come or gone, or senders are to switch; the interview itself is as it was.
void SessionAuthority::change_keys() {
    if (settle_keys(false)) tell_lease();
    tell_letters();
    announce();
}

void SessionAuthority::trust_changed() {
    if (live_) change_keys();
}

void SessionAuthority::tell_lease() {
    tell_hub(lease_message(live_->now.id(), live_->lease.jws(), live_->lease.heartbeat_key()));
}

void SessionAuthority::tell_letters() {
    live_->keys.tell(news_of(live_->now, live_->floor), wall_);
    for (const auto& [participant, text] : live_->keys.take_letters()) {
        tell_hub(letter_message(live_->now.id(), participant, text));
    }
}

void SessionAuthority::tick_keys(Now now) {
    wall_ = now.wall;
    if (live_ && live_->keys.tick(now.instant)) change_keys();
}

void SessionAuthority::engine_started(std::string run) {
    engine_run_ = std::move(run);
    if (!live_) return;
    live_->keys.engine_started(engine_run_);
    change_keys();
}

void SessionAuthority::engine_has_keys(std::uint64_t epoch) {
    if (live_ && live_->keys.engine_has(epoch)) change_keys();
}

std::optional<EngineKeysMark> SessionAuthority::engine_keys() const {
    if (!live_) return std::nullopt;
    return live_->keys.engine_mark();
}

std::string SessionAuthority::engine_keys_line() const {
    return live_ ? live_->keys.engine_line(live_->now) : std::string();
}

void SessionAuthority::on(const HubLetter& letter, Now now) {
    const auto* from = find(letter.session, letter.participant);
    if (from == nullptr) return;
    auto news = live_->keys.hear(live_->now, letter.participant, letter.text);
    if (!news) {
        spdlog::warn("keys.refused participant={} why=\"{}\"", letter.participant.brief(),
                     news.error().text);
        log_refusal({RefusedBy::Kiosk, actor_name_of(*from), "media keys", news.error().text}, now);
        change_keys();
        return;
    }
    // By value: what the word changes moves the roster.
    if (news->word) take_word(model::Attendee(*from), *news->word, now);
    if (!news->bind) return change_keys();
    // Written first: a device that was bound once is the only one that this link lets in, also
    // after a crash.
    auto next = live_->now;
    next.find(letter.participant)->device_jwk = news->bind->jwk();
    const auto bound =
        save(std::move(next),
             {{Action::DeviceEnrolled, letter.participant.text() + " " + news->bind->thumbprint()}},
             {kKioskActor, now.wall}, Effect::OnceWritten);
    if (bound) {
        spdlog::info("keys.bound participant={}", letter.participant.brief());
        return announce();
    }
    // It has no key until it can be written; the page asks again.
    live_->keys.left(letter.participant);
    spdlog::error("keys.unbound why=\"{}\"", bound.error().text);
}

SessionAuthority::WordsHeard& SessionAuthority::words_heard() {
    std::vector<std::string> thumbprints;
    for (const auto& person : live_->keys.people(live_->now)) {
        thumbprints.push_back(person.thumbprint);
    }
    if (thumbprints != live_->words.thumbprints) live_->words = {std::move(thumbprints), {}, {}};
    return live_->words;
}

base::Result<std::vector<std::string>> SessionAuthority::words() {
    if (!live_) return none_runs("compare the words");
    auto& heard = words_heard();
    if (heard.thumbprints.size() < 2) {
        return Error{Errc::Conflict,
                     "compare the words: nobody but the applicant has been admitted with a device "
                     "that is known; admit the interviewer first"};
    }
    if (heard.words.empty()) {
        heard.words =
            identity::verification_words(live_->now.id(), heard.thumbprints, live_->now.row.salt);
    }
    return heard.words;
}

base::Result<void> SessionAuthority::judge_words(bool match, const Said& said) {
    if (const auto known = words(); !known) return known.error();
    judge_words(said.by, match, said.by, said);
    return {};
}

void SessionAuthority::judge_words(const std::string& who, bool match, std::string detail,
                                   const Said& said) {
    words_heard().judged[who] = match;
    spdlog::log(match ? spdlog::level::info : spdlog::level::err, "words.{} by=\"{}\"",
                match ? "match" : "differ", detail);
    if (!match) record_.incident(live_->now.id(), {said.at, "words.differ", "", detail});
    // Nothing waits for it: who said it has said it.
    (void)save(live_->now,
               {{match ? Action::WordsMatched : Action::WordsDiffered, std::move(detail)}}, said,
               Effect::AtOnce);
}

}  // namespace sightline::kiosk
