// What people attest at an interview, show each other and ask for at the kiosk: a part of
// SessionAuthority.
#include "appliance/base/log.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {

base::Result<void> SessionAuthority::attest(const Attestation& attestation, const Said& said) {
    if (!live_) return none_runs("write it down");
    auto next = live_->now;
    const auto leaf = kiosk::attest(next.row, attestation, said.at);
    if (!leaf) return leaf.error();
    if (!*leaf) return {};
    // Nothing flows because of it, but nobody is to read what a crash would take back.
    if (auto done = save(std::move(next), {**leaf}, said, Effect::OnceWritten); !done) return done;
    spdlog::info("{} session={}", storage::audit::name_of((*leaf)->action),
                 live_->now.id().brief());
    const auto person = person_of(attestation);
    if (const auto* attendee = person ? live_->now.find(*person) : nullptr) {
        record_.undertaking(*attendee);
    }
    return {};
}

base::Result<void> SessionAuthority::show_view(model::View view) {
    if (!live_) return none_runs("show a view");
    live_->floor.show(view);
    tell_letters();
    announce();
    return {};
}

base::Result<void> SessionAuthority::applicant_asks(Asked::What what, Now now) {
    if (!live_) return none_runs(what == Asked::What::Pause ? "pause" : "end");
    // Where nobody hears or sees anybody, what the touch is for is so already, and the reason that
    // is on record stays.
    const auto pause = live_->now.standing().pause;
    if (what == Asked::What::Pause && pause && pause != model::PauseReason::PrivateTalk) return {};
    return ask(live_->now.applicant(), what, {}, now);
}

base::Result<void> SessionAuthority::set_mute(Mute mute, const Said& said) {
    if (!live_) return none_runs("mute");
    const auto before = live_->now.row.mute;
    if (mute == before) return {};
    auto next = live_->now;
    next.row.mute = mute;
    const auto word = [](bool off) { return off ? "off" : "on"; };
    // To be unmuted is to be heard and seen: only once it is written.
    const bool quieter = (mute.audio || !before.audio) && (mute.video || !before.video);
    return save(std::move(next),
                {{storage::audit::Action::KioskMuted,
                  std::string("microphone ") + word(mute.audio) + ", camera " + word(mute.video)}},
                said, quieter ? Effect::AtOnce : Effect::OnceWritten);
}

Mute SessionAuthority::mute() const { return live_ ? live_->now.row.mute : Mute{}; }

}  // namespace sightline::kiosk
