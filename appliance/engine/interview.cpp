#include "appliance/engine/interview.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>

#include "appliance/base/log.h"
#include "appliance/engine/screen_words.h"
#include "media/wire/rtcp.h"

namespace sightline::engine {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::uint32_t kNonce = wire::app_name("SLNC");
constexpr std::uint32_t kHeartbeat = wire::app_name("SLHB");

}  // namespace

Interview::Interview(Parts parts, JoinOrder order, const SendGate& gate, MediaKeys& keys,
                     std::function<void(base::ByteView)> on_nonce)
    : parts_(parts),
      order_(std::move(order)),
      gate_(gate),
      keys_(keys),
      on_nonce_(std::move(on_nonce)),
      up_(parts.io, uplink()),
      down_(parts.io, downlink()),
      room_(parts.io.get_executor(), order_.hub, order_.token),
      slots_(kReceiveSlots),
      ended_(parts.io) {
    ended_.expires_at(asio::steady_timer::time_point::max());
    apply_gate();
}

Leg::Config Interview::uplink() {
    Leg::Config config;
    config.hub = order_.hub;
    config.endpoint = "/v1/whip";
    config.token = order_.token;
    config.make_peer = [this] {
        peer::Publisher::Config publisher;
        publisher.identity = &parts_.identity;
        publisher.target_bits_per_second = parts_.target_bits_per_second;
        auto made = std::make_unique<peer::Publisher>(publisher);
        made->set_wall_clock_offset(parts_.capture.wall_clock_offset());
        for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
            made->permit(kind, gate_.open_until(kind), base::Clock::now());
        }
        return made;
    };
    config.on_event = [this](peer::PeerEvent event) {
        // Before that there was no publisher that the gate could close.
        if (event == peer::PeerEvent::Connected) permit_as_the_gate_says();
        // Whoever joins, or came back, sees nothing before a key frame.
        if (event == peer::PeerEvent::KeyFrameWanted || event == peer::PeerEvent::Connected) {
            parts_.capture.request_key_frame();
        }
    };
    config.on_progress = [this] { pass_nonces(); };
    return config;
}

Leg::Config Interview::downlink() {
    Leg::Config config;
    config.hub = order_.hub;
    config.endpoint = "/v1/whep";
    config.token = order_.token;
    config.make_peer = [this] {
        return std::make_unique<peer::Subscriber>(
            peer::Subscriber::Config{&parts_.identity, kReceiveSlots});
    };
    config.on_event = [this](peer::PeerEvent event) {
        if (event == peer::PeerEvent::Connected) apply_slots();
    };
    config.on_progress = [this] { play_received(); };
    return config;
}

asio::awaitable<void> Interview::run() {
    using namespace asio::experimental::awaitable_operators;
    // Named, because GCC 12 destroys a closure twice that is a temporary of a co_await expression.
    std::function<void(RoomMessage)> on_message_of_room = [this](RoomMessage message) {
        on_message(std::move(message));
    };
    std::function<void()> on_loss_of_room = [this] { on_room_lost(); };
    boost::system::error_code ended;
    co_await (up_.run() || down_.run() ||
              room_.run(std::move(on_message_of_room), std::move(on_loss_of_room)) ||
              ended_.async_wait(asio::redirect_error(asio::use_awaitable, ended)));
    parts_.playout.set_tiles({});
    parts_.playout.set_words({});
}

asio::awaitable<void> Interview::leave() {
    co_await up_.leave();
    co_await down_.leave();
    co_await room_.leave();
}

void Interview::send_captured() {
    auto* sender = publisher();
    while (auto frame = parts_.capture.poll()) {
        const auto now = base::Clock::now();
        if (sender && keys_.protect(*frame, now)) sender->send(*frame, now, up_.batch());
    }
    up_.flush();
}

void Interview::play_received() {
    auto* receiver = subscriber();
    if (!receiver) return;
    while (auto frame = receiver->poll_frame()) {
        const std::size_t slot = frame->slot;
        const bool picture = frame->kind == wire::MediaKind::Video;
        const auto opening = keys_.open(slots_[slot].value_or(base::ParticipantId()), frame->kind,
                                        frame->data, base::Clock::now());
        if (opening != sframe::Opening::Opened) {
            note_refused(slot, frame->kind, opening);
            continue;
        }
        // What was dropped before it is missed by the decoder.
        if (std::exchange(refused_[picture ? 1U : 0U][slot], false)) frame->discontinuity = true;
        parts_.playout.push({slot, frame->kind, frame->key_frame, frame->render_at,
                             std::move(frame->data), frame->discontinuity});
        // Only a slot that gets pictures can lose its place among them.
        if (picture && slots_[slot] &&
            parts_.playout.stats(slot, base::Clock::now()).needs_key_frame) {
            receiver->request_key_frame(slot);
        }
    }
}

void Interview::note_refused(std::size_t slot, wire::MediaKind kind, sframe::Opening why) {
    if (std::exchange(refused_[kind == wire::MediaKind::Video ? 1U : 0U][slot], true)) return;
    spdlog::warn("frames-refused slot={} kind={} why={}", slot,
                 kind == wire::MediaKind::Video ? "video" : "audio", sframe::name_of(why));
}

void Interview::apply_keys() {
    const bool can_send = keys_.can_send(wire::MediaKind::Video);
    // Whoever gets the first key to something sees nothing before a key frame.
    if (!std::exchange(could_send_pictures_, can_send) && can_send) {
        parts_.capture.request_key_frame();
    }
    show_people();
}

void Interview::apply_gate() {
    permit_as_the_gate_says();
    up_.flush();
    room_.set_media(gate_.wants(wire::MediaKind::Audio),
                    gate_.wants(wire::MediaKind::Video) && parts_.capture.gives_pictures());
}

void Interview::permit_as_the_gate_says() {
    auto* sender = publisher();
    if (!sender) return;
    for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
        sender->permit(kind, gate_.open_until(kind), base::Clock::now());
    }
}

void Interview::pass_nonces() {
    auto* sender = publisher();
    if (!sender) return;
    while (const auto app = sender->poll_app()) {
        if (app->name == kNonce) on_nonce_(app->bytes());
    }
}

void Interview::send_heartbeat(base::ByteView bytes) {
    auto* sender = publisher();
    if (sender && sender->send_app(kHeartbeat, bytes, up_.batch())) up_.flush();
}

void Interview::set_token(const std::string& token) {
    order_.token = token;
    up_.set_token(token);
    down_.set_token(token);
    room_.set_token(token);
}

void Interview::on_message(RoomMessage message) {
    if (const auto* welcome = std::get_if<Welcome>(&message)) {
        standing_ = welcome->standing;
        show_people();
        // A hub that restarted has forgotten our legs; an ICE restart finds that out at once and
        // does no harm if it has not.
        if (std::exchange(room_was_lost_, false)) {
            up_.probe();
            down_.probe();
        }
    } else if (const auto* stands = std::get_if<Stands>(&message)) {
        standing_ = stands->standing;
        show_people();
    } else if (auto* roster = std::get_if<Roster>(&message)) {
        announced_people_ = std::move(roster->people);
        show_people();
    } else if (auto* slots = std::get_if<Slots>(&message)) {
        announced_ = std::move(*slots);
        announced_.slots.resize(kReceiveSlots);
        apply_slots();
    } else if (const auto* ended = std::get_if<Ended>(&message)) {
        spdlog::info("interview-ended reason={}", ended->reason);
        ended_.cancel();
    } else if (const auto* refused = std::get_if<Refused>(&message)) {
        spdlog::warn("room-refused detail=\"{}\"", refused->detail);
    }
}

void Interview::apply_slots() {
    if (announced_.resource != down_.resource_id() || announced_.resource.empty()) return;
    auto* receiver = subscriber();
    for (std::size_t slot = 0; slot < kReceiveSlots; ++slot) {
        if (receiver && slots_[slot] != announced_.slots[slot]) receiver->reset_slot(slot);
    }
    slots_ = announced_.slots;
    show_people();
}

void Interview::on_room_lost() { room_was_lost_ = true; }

const Person* Interview::person_in(std::size_t slot) const {
    if (!slots_[slot]) return nullptr;
    const auto found = std::find_if(people_.begin(), people_.end(),
                                    [&](const Person& p) { return p.id == *slots_[slot]; });
    return found == people_.end() ? nullptr : &*found;
}

// The hub says who is there, and the kiosk who they are: whom it does not name has no key, sees
// nothing and is not shown.
void Interview::name_people() {
    people_.clear();
    for (auto person : announced_people_) {
        const auto* known = keys_.person(person.id);
        if (known == nullptr) continue;
        person.name = known->name;
        person.role = known->role;
        person.organisation = known->organisation;
        people_.push_back(std::move(person));
    }
}

void Interview::show_people() {
    name_people();
    std::vector<Tile> tiles;
    for (std::size_t slot = 0; slot < slots_.size() && !nobody_to_see(standing_); ++slot) {
        if (const Person* person = person_in(slot)) {
            tiles.push_back({slot, person->name, person->role, person->audio_on, person->video_on,
                             person->id.text()});
        }
    }
    parts_.playout.set_tiles(std::move(tiles));
    parts_.playout.set_words(screen_words(standing_, people_));
}

const char* Interview::state() const {
    if (up_.connected() && down_.connected()) return "live";
    return up_.ever_connected() ? "reconnecting" : "joining";
}

void Interview::describe(json::object& status) const {
    const auto now = base::Clock::now();
    status["state"] = state();
    status["room"] = room_.connected();
    json::object up{{"connected", up_.connected()}};
    if (const auto* sender = publisher()) {
        const auto stats = sender->stats();
        up["frames"] = stats.frames;
        up["bytes"] = stats.bytes;
        up["retransmitted"] = stats.retransmitted;
        up["withheld"] = stats.withheld_frames;
        if (stats.last_sent) {
            const auto at = std::chrono::system_clock::now() - (now - *stats.last_sent);
            up["last_sent_ms"] =
                std::chrono::duration<double, std::milli>(at.time_since_epoch()).count();
        }
        if (stats.round_trip) {
            up["round_trip_ms"] =
                std::chrono::duration<double, std::milli>(*stats.round_trip).count();
        }
    }
    status["up"] = std::move(up);
    json::object down{{"connected", down_.connected()}};
    if (const auto* receiver = subscriber()) {
        const auto stats = receiver->stats();
        down["packets"] = stats.packets;
        down["bytes"] = stats.bytes;
        down["lost"] = stats.lost;
    }
    status["down"] = std::move(down);
    const auto keys = keys_.stats();
    status["keys"] = {{"epoch", keys.epoch},
                      {"protected", keys.protected_frames},
                      {"withheld", keys.withheld},
                      {"opened", keys.opened},
                      {"refused", keys.refused}};
    json::array remote;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        const Person* person = person_in(slot);
        if (!person) continue;
        const auto stats = parts_.playout.stats(slot, now);
        remote.push_back({{"participant", person->id.text()},
                          {"name", person->name},
                          {"role", person->role},
                          {"frames_decoded", stats.frames_decoded},
                          {"audio_level_dbfs", stats.audio_level_dbfs},
                          {"width", stats.width},
                          {"height", stats.height}});
    }
    status["remote"] = std::move(remote);
}

}  // namespace sightline::engine
