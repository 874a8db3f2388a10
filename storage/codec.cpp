#include "storage/codec.h"

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <string>

#include "session/model/names.h"
#include "storage/record_types.h"
#include "storage/sync_types.h"

// The members of each type, by which Boost.JSON reads and writes it. Their names are on disk.
namespace sightline::model {
BOOST_DESCRIBE_STRUCT(Mission, (), (id, title, state, site, begins, ends, quota))
BOOST_DESCRIBE_STRUCT(Device, (), (id, owner, public_key, enrolled, revoked))
BOOST_DESCRIBE_STRUCT(Case, (), (id, number, remarks))
BOOST_DESCRIBE_STRUCT(Person, (),
                      (id, family_name, given_names, born, nationality, relation, speaks, reads,
                       individual_number))
BOOST_DESCRIBE_STRUCT(Document, (), (id, about, title, media_type, size, parts))
BOOST_DESCRIBE_STRUCT(Note, (),
                      (id, about, interview, at, author, question, answer, demeanour, degraded_link,
                       bookmark))
BOOST_DESCRIBE_STRUCT(Decision, (), (id, about, outcome, grounds, by, at))
BOOST_DESCRIBE_STRUCT(Consent, (),
                      (id, person, on_behalf, item, scope, answer, text_sha256, language, mode,
                       interpreter, witness, basis, at, signature, mark))
BOOST_DESCRIBE_STRUCT(Interview, (), (id, title, opened, ended, end_reason))
BOOST_DESCRIBE_STRUCT(Participant, (), (id, session, name, role, token_sha256))
BOOST_DESCRIBE_STRUCT(Presence, (), (joined, left, reason))
BOOST_DESCRIBE_STRUCT(LinkQuality, (),
                      (packets, bytes, lost, nacks, retransmitted, key_frame_requests,
                       round_trip_ms, jitter_ms))
BOOST_DESCRIBE_STRUCT(QualitySummary, (), (up, down))
BOOST_DESCRIBE_STRUCT(GradeChange, (), (at, up, down))
BOOST_DESCRIBE_STRUCT(Standing, (), (state, pause, end_reason))
BOOST_DESCRIBE_STRUCT(Invitation, (), (sha256, until, used))
BOOST_DESCRIBE_STRUCT(Login, (), (sha256, until))
BOOST_DESCRIBE_STRUCT(Passkey, (), (id, public_key, counter))
BOOST_DESCRIBE_STRUCT(Attendee, (),
                      (participant, organisation, place, invitation, logins, passkeys, link_secret,
                       device_jwk, undertaking, language, dialect, warmed_up))
}  // namespace sightline::model

namespace sightline::storage {
BOOST_DESCRIBE_STRUCT(Stay, (), (presence, quality, timeline))
BOOST_DESCRIBE_STRUCT(ParticipantRecord, (),
                      (participant, order, removed, stays, organisation, undertaking, language,
                       dialect))
BOOST_DESCRIBE_STRUCT(Incident, (), (at, kind, detail, by))
BOOST_DESCRIBE_STRUCT(Break, (), (id, session, reason, from, until))
BOOST_DESCRIBE_STRUCT(InterviewRow, (), (interview, alive, kept, subjects, consents, training))
BOOST_DESCRIBE_STRUCT(Subject, (), (person, child, guardian, suitable))
BOOST_DESCRIBE_STRUCT(Delegation, (), (state, basis))
BOOST_DESCRIBE_STRUCT(KioskMute, (), (audio, video))
BOOST_DESCRIBE_STRUCT(RunningRow, (),
                      (id, session, standing, since, subjects, delegation, planned, roster, mute,
                       salt, pause_until, checks, understood, live_before))
BOOST_DESCRIBE_STRUCT(SignIn, (), (sha256, until))
BOOST_DESCRIBE_STRUCT(PinHash, (), (salt, log2_n, hash))
BOOST_DESCRIBE_STRUCT(StaffAccount, (), (id, name, role, pin, wrong, locks, locked_until, sign_ins))
BOOST_DESCRIBE_STRUCT(DeviceIdentity, (), (id, secret_jwk, starts))
BOOST_DESCRIBE_STRUCT(DelegationPapers, (), (id, root_jwk, roster_jws, mission_jws))
BOOST_DESCRIBE_STRUCT(IncidentRow, (), (session, incident))
BOOST_DESCRIBE_STRUCT(SigningKey, (), (name, seed))
BOOST_DESCRIBE_STRUCT(SyncCircle, (),
                      (id, state, root_jwk, list_jws, hub_jwk, site, incarnation, store_incarnation,
                       last_success))
BOOST_DESCRIBE_STRUCT(SiteSealingKey, (), (id, secret_jwk))
BOOST_DESCRIBE_STRUCT(Release, (),
                      (id, circle, pseudonym, state, origin, agreement, consents, by, at, standing,
                       unfinished, behind))
BOOST_DESCRIBE_STRUCT(FormRow, (), (id, form))
BOOST_DESCRIBE_STRUCT(AttachmentRow, (), (id, path, value, circle, site, told, by, at))
BOOST_DESCRIBE_STRUCT(Destruction, (), (old_epoch, dossiers, reason, by, at, certificate))
}  // namespace sightline::storage

namespace json = boost::json;

// Identifiers are their text, times and spans are milliseconds, enumerators are their names. Found
// through the tags' namespaces by Boost.JSON.
namespace sightline::base {
template <class Tag>
void tag_invoke(json::value_from_tag, json::value& out, const Id<Tag>& id) {
    out = json::string(id.text());
}
template <class Tag>
json::result<Id<Tag>> tag_invoke(json::try_value_to_tag<Id<Tag>>, const json::value& value) {
    const auto* text = value.if_string();
    const auto id = text ? Id<Tag>::parse(std::string_view(*text)) : std::nullopt;
    if (!id) return make_error_code(json::error::syntax);
    return *id;
}
}  // namespace sightline::base

namespace boost::json {
inline void tag_invoke(value_from_tag, value& out, const sightline::model::RecordTime& time) {
    out = static_cast<std::int64_t>(time.time_since_epoch().count());
}
inline result<sightline::model::RecordTime> tag_invoke(
    try_value_to_tag<sightline::model::RecordTime>, const value& in) {
    if (!in.is_int64()) return make_error_code(error::syntax);
    return sightline::model::RecordTime(std::chrono::milliseconds(in.get_int64()));
}
inline void tag_invoke(value_from_tag, value& out, const std::chrono::milliseconds& time) {
    out = static_cast<std::int64_t>(time.count());
}
inline result<std::chrono::milliseconds> tag_invoke(try_value_to_tag<std::chrono::milliseconds>,
                                                    const value& in) {
    if (!in.is_int64()) return make_error_code(error::syntax);
    return std::chrono::milliseconds(in.get_int64());
}
}  // namespace boost::json

namespace sightline::model {
#define SIGHTLINE_NAMED(Type, from_name)                                                        \
    inline void tag_invoke(json::value_from_tag, json::value& out, const Type& v) {             \
        out = json::string(name_of(v));                                                         \
    }                                                                                           \
    inline json::result<Type> tag_invoke(json::try_value_to_tag<Type>, const json::value& in) { \
        const auto* text = in.if_string();                                                      \
        const auto named = text ? from_name(std::string_view(*text)) : std::nullopt;            \
        if (!named) return make_error_code(json::error::syntax);                                \
        return *named;                                                                          \
    }
SIGHTLINE_NAMED(Role, role_from_name)
SIGHTLINE_NAMED(State, state_from_name)
SIGHTLINE_NAMED(PauseReason, pause_reason_from_name)
SIGHTLINE_NAMED(EndReason, end_reason_from_name)
SIGHTLINE_NAMED(Place, place_from_name)
SIGHTLINE_NAMED(LeaveReason, leave_reason_from_name)
SIGHTLINE_NAMED(LinkGrade, link_grade_from_name)
SIGHTLINE_NAMED(Outcome, outcome_from_name)
SIGHTLINE_NAMED(ConsentItem, consent_item_from_name)
SIGHTLINE_NAMED(ConsentAnswer, consent_answer_from_name)
SIGHTLINE_NAMED(ConsentMode, consent_mode_from_name)
SIGHTLINE_NAMED(LegalBasis, legal_basis_from_name)
}  // namespace sightline::model
namespace sightline::storage {
SIGHTLINE_NAMED(Kept, kept_from_name)
SIGHTLINE_NAMED(ReleaseOrigin, release_origin_from_name)
SIGHTLINE_NAMED(ReleaseStanding, release_standing_from_name)
#undef SIGHTLINE_NAMED

namespace {

constexpr model::Names<Kept, 2> kKept{{{Kept::Fact, "fact"}, {Kept::Metadata, "metadata"}}};

// Form 2 has more members than form 1: a consent's signature, how much of an interview is kept and
// for whom it was, a participant's organisation and how the link changed, who reported an incident.
// Form 3: what binds people's devices to a running interview. Form 4: the mark under a consent,
// bookmarks, undertakings and languages, the checklists, the break timer, how long it was live.
constexpr std::uint8_t kFirstForm = 1;
constexpr std::uint8_t kForm = 4;

// A new value, with one entry in each list whose entries have grown since form 1.
template <class T>
T fresh() {
    return {};
}
template <>
ParticipantRecord fresh() {
    ParticipantRecord record;
    record.stays.emplace_back();
    return record;
}

template <>
RunningRow fresh() {
    RunningRow row;
    row.roster.emplace_back();
    return row;
}

// What an earlier form did not have is what a new value has.
void complete(json::value& value, const json::value& fresh) {
    if (value.is_array() && fresh.is_array() && !fresh.get_array().empty()) {
        for (json::value& entry : value.get_array()) complete(entry, fresh.get_array().front());
    }
    if (!value.is_object() || !fresh.is_object()) return;
    for (const auto& [key, member] : fresh.get_object()) {
        if (auto* known = value.get_object().if_contains(key)) {
            complete(*known, member);
        } else {
            value.get_object()[key] = member;
        }
    }
    // The only end that form 1 had beside "interrupted".
    if (auto* reason = value.get_object().if_contains("end_reason")) {
        if (reason->is_string() && reason->get_string() == "closed") *reason = "complete";
    }
}

}  // namespace

constexpr model::Names<ReleaseOrigin, 2> kReleaseOrigins{
    {{ReleaseOrigin::Here, "here"}, {ReleaseOrigin::Elsewhere, "elsewhere"}}};
constexpr model::Names<ReleaseStanding, 2> kReleaseStandings{
    {{ReleaseStanding::InForce, "in-force"}, {ReleaseStanding::Ended, "ended"}}};

const char* name_of(ReleaseOrigin origin) { return model::name_in(kReleaseOrigins, origin); }
const char* name_of(ReleaseStanding standing) {
    return model::name_in(kReleaseStandings, standing);
}
std::optional<ReleaseOrigin> release_origin_from_name(std::string_view name) {
    return model::value_in(kReleaseOrigins, name);
}
std::optional<ReleaseStanding> release_standing_from_name(std::string_view name) {
    return model::value_in(kReleaseStandings, name);
}

const char* name_of(Kept kept) { return model::name_in(kKept, kept); }

std::optional<Kept> kept_from_name(std::string_view name) { return model::value_in(kKept, name); }

template <class T>
base::Bytes encode(const T& value) {
    const std::string text = json::serialize(json::value_from(value));
    base::Bytes body(1, kForm);
    body.insert(body.end(), text.begin(), text.end());
    return body;
}

base::Result<base::ByteView> json_of(base::ByteView body) {
    if (body.empty() || body[0] < kFirstForm || body[0] > kForm) {
        return base::Error{base::Errc::Unsupported,
                           "read a record: a newer Sightline wrote it; update this program"};
    }
    return body.subspan(1);
}

template <class T>
base::Result<T> decode(base::ByteView body) {
    const auto text = json_of(body);
    if (!text) return text.error();
    boost::system::error_code wrong;
    json::value value = json::parse(base::as_text(*text), wrong);
    if (!wrong) {
        if (body[0] < kForm) complete(value, json::value_from(fresh<T>()));
        auto out = json::try_value_to<T>(value);
        if (out) return std::move(*out);
    }
    return base::Error{base::Errc::Malformed,
                       "read a record: it is not of the form it should have; update this program, "
                       "and if that does not help restore the last backup"};
}

#define SIGHTLINE_CODEC(Type)                 \
    template base::Bytes encode(const Type&); \
    template base::Result<Type> decode(base::ByteView);
SIGHTLINE_CODEC(model::Mission)
SIGHTLINE_CODEC(model::Device)
SIGHTLINE_CODEC(model::Case)
SIGHTLINE_CODEC(model::Person)
SIGHTLINE_CODEC(model::Document)
SIGHTLINE_CODEC(model::Note)
SIGHTLINE_CODEC(model::Consent)
SIGHTLINE_CODEC(model::Decision)
SIGHTLINE_CODEC(InterviewRow)
SIGHTLINE_CODEC(ParticipantRecord)
SIGHTLINE_CODEC(IncidentRow)
SIGHTLINE_CODEC(RunningRow)
SIGHTLINE_CODEC(Break)
SIGHTLINE_CODEC(StaffAccount)
SIGHTLINE_CODEC(DeviceIdentity)
SIGHTLINE_CODEC(DelegationPapers)
SIGHTLINE_CODEC(SigningKey)
SIGHTLINE_CODEC(Destruction)
SIGHTLINE_CODEC(SyncCircle)
SIGHTLINE_CODEC(SiteSealingKey)
SIGHTLINE_CODEC(Release)
SIGHTLINE_CODEC(FormRow)
SIGHTLINE_CODEC(AttachmentRow)
#undef SIGHTLINE_CODEC

}  // namespace sightline::storage
