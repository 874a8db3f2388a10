#include "session/keys/key_schedule.h"

#include <openssl/evp.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::keys {
namespace {

constexpr std::size_t kBaseKeyBytes = 32;

base::Secret random_base_key() {
    std::array<std::uint8_t, kBaseKeyBytes> bytes{};
    base::fill_random(bytes);
    base::Secret key{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    return key;
}

std::string sha256_of(std::string_view text) {
    std::array<std::uint8_t, 32> digest{};
    CHECK(::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr) ==
          1);
    return base::to_base64url(digest);
}

const Device* device_of(const std::vector<Device>& devices, base::ParticipantId participant) {
    for (const Device& device : devices) {
        if (device.participant == participant) return &device;
    }
    return nullptr;
}

// Everything of an epoch but the keys themselves, in one spelling.
std::string text_of(base::SessionId session, const Epoch& epoch, const std::string& roster) {
    std::string text = "sightline-epoch\n" + session.text() + "\n" + std::to_string(epoch.number) +
                       "\n" + epoch.previous + "\n" + roster + "\n";
    for (const Device& device : epoch.devices) {
        text += device.participant.text() + " " + device.run + "\n";
    }
    for (const TrackKey& key : epoch.keys) {
        text += std::to_string(key.kid) + " " + key.sender.participant.text();
        for (const Device& receiver : key.receivers) text += " " + receiver.participant.text();
        text += "\n";
    }
    return text;
}

bool same_tracks(const std::vector<TrackKey>& a, const std::vector<TrackKey>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](const TrackKey& x, const TrackKey& y) {
            return x.sender == y.sender && x.video == y.video && x.receivers == y.receivers;
        });
}

}  // namespace

bool TrackKey::goes_to(base::ParticipantId participant) const {
    return device_of(receivers, participant) != nullptr;
}

KeySchedule::KeySchedule(base::SessionId session, std::uint64_t incarnation)
    : session_(session),
      first_(incarnation << base::KeyNumber::kEpochBits),
      // Senders that outlived the kiosk's last start go on under its keys until they have new ones.
      oldest_(1) {}

bool KeySchedule::update(const std::vector<lease::Flow>& flows, std::vector<Device> devices,
                         std::string_view roster) {
    std::sort(devices.begin(), devices.end());
    if (newest_.number - first_ == kMaxEpochs) return false;
    auto keys = keys_for(flows, devices);
    if (newest_.number > 0 && devices == newest_.devices && roster == roster_ &&
        same_tracks(keys, newest_.keys)) {
        return false;
    }
    begin(std::move(keys), std::move(devices), std::string(roster));
    return true;
}

std::vector<TrackKey> KeySchedule::keys_for(const std::vector<lease::Flow>& flows,
                                            const std::vector<Device>& devices) const {
    std::vector<TrackKey> keys;
    for (const lease::Flow& flow : flows) {
        const Device* sender = device_of(devices, flow.sender);
        if (sender == nullptr) continue;
        for (const bool video : {false, true}) {
            TrackKey key{*sender, video, 0, {}, {}};
            for (const auto id : video ? flow.video : flow.audio) {
                if (const Device* receiver = device_of(devices, id)) {
                    key.receivers.push_back(*receiver);
                }
            }
            // A track that nobody can open is not sent.
            if (!key.receivers.empty()) keys.push_back(std::move(key));
        }
    }
    return keys;
}

void KeySchedule::begin(std::vector<TrackKey> keys, std::vector<Device> devices,
                        std::string roster) {
    const bool first = newest_.number == 0;
    Epoch next{first ? first_ + 1 : newest_.number + 1,
               newest_.hash,
               {},
               std::move(keys),
               std::move(devices)};
    newest_ = std::move(next);
    // The last one there may be ends all others: what cannot be made anew is not given out.
    if (newest_.number - first_ == kMaxEpochs) newest_.keys.clear();
    for (TrackKey& key : newest_.keys) {
        key.kid = base::KeyNumber{newest_.number, slot_of(key.sender.participant), key.video}.kid();
        key.base_key = random_base_key();
    }
    roster_ = std::move(roster);
    newest_.hash = sha256_of(text_of(session_, newest_, roster_));

    const auto next_readings = readings(newest_.keys);
    const bool shrinks =
        !std::includes(next_readings.begin(), next_readings.end(), in_use_.begin(), in_use_.end());
    awaited_.clear();
    if (!shrinks) {
        for (const auto& [sender, video, receiver] : next_readings) awaited_.insert(receiver);
    }
    patience_until_.reset();
    if (awaited_.empty()) switch_over();
}

std::set<KeySchedule::Reading> KeySchedule::readings(const std::vector<TrackKey>& keys) {
    std::set<Reading> all;
    for (const TrackKey& key : keys) {
        for (const Device& receiver : key.receivers) {
            all.emplace(key.sender.participant, key.video, receiver);
        }
    }
    return all;
}

bool KeySchedule::acknowledge(const Device& device, std::uint64_t epoch) {
    if (epoch != newest_.number || awaited_.erase(device) == 0) return false;
    if (!awaited_.empty()) return false;
    switch_over();
    return true;
}

bool KeySchedule::tick(base::Instant now) {
    if (switched()) return false;
    if (!patience_until_) patience_until_ = now + kPatience;
    if (now < *patience_until_) return false;
    awaited_.clear();
    switch_over();
    return true;
}

void KeySchedule::switch_over() {
    // Frames under the keys of until now may still be on their way.
    if (used_ > 0) oldest_ = used_;
    used_ = newest_.number;
    in_use_ = readings(newest_.keys);
}

std::uint8_t KeySchedule::slot_of(base::ParticipantId sender) {
    if (const auto known = slots_.find(sender); known != slots_.end()) return known->second;
    std::set<std::uint8_t> taken;
    for (const auto& [id, slot] : slots_) taken.insert(slot);
    // More people than slots have sent in this interview: those who do not send any more give
    // theirs back. Keys are random, so a number that two had at different times opens nothing.
    if (taken.size() >= base::KeyNumber::kSlots) {
        std::erase_if(slots_, [&](const auto& entry) {
            return device_of(newest_.devices, entry.first) == nullptr;
        });
        taken.clear();
        for (const auto& [id, slot] : slots_) taken.insert(slot);
    }
    std::uint8_t slot = 0;
    while (taken.contains(slot)) ++slot;
    CHECK(slot < base::KeyNumber::kSlots);
    slots_.emplace(sender, slot);
    return slot;
}

}  // namespace sightline::keys
