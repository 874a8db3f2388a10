#include "session/lease/lease.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "appliance/base/check.h"
#include "appliance/base/key_number.h"
#include "session/model/participant.h"

namespace sightline::lease {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::KeyNumber;
using base::ParticipantId;

constexpr std::string_view kPurpose = "sightline-lease";

template <class T, class Less>
bool ascends(const std::vector<T>& values, Less less) {
    return std::adjacent_find(values.begin(), values.end(),
                              [&](const T& a, const T& b) { return !less(a, b); }) == values.end();
}

bool is_well_formed(const Lease& lease) {
    const auto good_receivers = [](const std::vector<ParticipantId>& ids, ParticipantId sender) {
        return ascends(ids, std::less<>()) &&
               std::all_of(ids.begin(), ids.end(), [&](auto id) { return id && id != sender; });
    };
    return lease.session && lease.number > 0 && lease.first_epoch > 0 &&
           lease.first_epoch <= KeyNumber::kMaxEpoch && lease.slots.size() == lease.flows.size() &&
           std::all_of(lease.slots.begin(), lease.slots.end(),
                       [](std::uint8_t slot) { return slot < KeyNumber::kSlots; }) &&
           ascends(lease.flows, [](const Flow& a, const Flow& b) { return a.sender < b.sender; }) &&
           std::all_of(lease.flows.begin(), lease.flows.end(), [&](const Flow& flow) {
               return flow.sender && good_receivers(flow.audio, flow.sender) &&
                      good_receivers(flow.video, flow.sender);
           });
}

// Everybody whom the lease names, in ascending order; flows then say only their places in it, so
// that the largest interview's lease stays below the bound.
std::vector<ParticipantId> people_of(const Lease& lease) {
    std::set<ParticipantId> all;
    for (const Flow& flow : lease.flows) {
        all.insert(flow.sender);
        all.insert(flow.audio.begin(), flow.audio.end());
        all.insert(flow.video.begin(), flow.video.end());
    }
    return {all.begin(), all.end()};
}

std::string written(const Lease& lease) {
    const auto people = people_of(lease);
    const auto place = [&](ParticipantId id) {
        return std::lower_bound(people.begin(), people.end(), id) - people.begin();
    };
    const auto places = [&](const std::vector<ParticipantId>& ids) {
        json::array all;
        for (const ParticipantId id : ids) all.emplace_back(place(id));
        return all;
    };
    json::array who;
    for (const ParticipantId id : people) who.emplace_back(id.text());
    json::array flows;
    for (std::size_t i = 0; i < lease.flows.size(); ++i) {
        const Flow& flow = lease.flows[i];
        flows.push_back(json::object{{"from", place(flow.sender)},
                                     {"slot", lease.slots.at(i)},
                                     {"audio", places(flow.audio)},
                                     {"video", places(flow.video)}});
    }
    return json::serialize(json::object{{"session", lease.session.text()},
                                        {"incarnation", lease.incarnation},
                                        {"number", lease.number},
                                        {"epoch", lease.first_epoch},
                                        {"who", std::move(who)},
                                        {"flows", std::move(flows)}});
}

template <class T>
T number_of(const json::value& value) {
    return value.to_number<T>();
}
template <class Id>
Id id_of(const json::value& value) {
    return Id::parse(std::string_view(value.as_string())).value();
}

// Throws what Boost.JSON and std::optional throw for anything that is not there or of another type.
Lease read(std::string_view payload) {
    const json::value value = json::parse(payload);
    const json::object& object = value.as_object();
    Lease lease;
    lease.session = id_of<base::SessionId>(object.at("session"));
    lease.incarnation = number_of<std::uint64_t>(object.at("incarnation"));
    lease.number = number_of<std::uint32_t>(object.at("number"));
    lease.first_epoch = number_of<std::uint64_t>(object.at("epoch"));
    std::vector<ParticipantId> people;
    for (const json::value& who : object.at("who").as_array()) {
        people.push_back(id_of<ParticipantId>(who));
    }
    const auto person = [&](const json::value& place) {
        return people.at(number_of<std::size_t>(place));
    };
    for (const json::value& entry : object.at("flows").as_array()) {
        const json::object& from = entry.as_object();
        Flow flow{person(from.at("from")), {}, {}};
        for (const json::value& to : from.at("audio").as_array()) flow.audio.push_back(person(to));
        for (const json::value& to : from.at("video").as_array()) flow.video.push_back(person(to));
        lease.flows.push_back(std::move(flow));
        lease.slots.push_back(number_of<std::uint8_t>(from.at("slot")));
    }
    return lease;
}

Error malformed(std::string why) { return {Errc::Malformed, "take a lease: " + std::move(why)}; }

}  // namespace

std::string sign(const Lease& lease, const signature::DeviceKey& key) {
    CHECK(is_well_formed(lease) && people_of(lease).size() <= model::kMaxParticipants);
    std::string jws = key.sign(written(lease), kPurpose);
    CHECK(jws.size() <= kMaxLeaseBytes);
    return jws;
}

base::Result<Lease> open(std::string_view jws, const signature::PublicKey& key) {
    if (jws.size() > kMaxLeaseBytes) return malformed("it is longer than 48 KiB");
    const auto payload = key.verify(jws, kPurpose);
    if (!payload) return payload.error();
    try {
        Lease lease = read(*payload);
        // One spelling: nothing in it that this program would not have written, and so nothing that
        // it does not understand.
        if (is_well_formed(lease) && people_of(lease).size() <= model::kMaxParticipants &&
            written(lease) == *payload) {
            return lease;
        }
    } catch (const std::exception&) {
        // Told below: what exactly is missing helps nobody who did not sign it.
    }
    return malformed("it does not have the form of one; bring hub and kiosk to the same version");
}

}  // namespace sightline::lease
