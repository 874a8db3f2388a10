// What the kiosk and a person's page write to each other about keys. The hub carries it and reads
// none of it: what is in clear tells nothing and decides nothing by itself. In order:
//
//     page   hello          I am here
//     kiosk  challenge      who I am, by my key or the delegation's root, and a nonce
//     page   announcement   signed by the device's key: this run of mine, and the key to seal to
//     kiosk  epoch, switch  signed, then sealed: the keys, and when to send under them
//     kiosk  news           signed, then sealed: what else everybody on the page is to know
//     page   word           signed, then sealed: has the keys; the words match or differ; a note;
//                           an undertaking; languages; whose turn it is; a view that is asked for
//     page   ping           a nonce, every few seconds
//     kiosk  pong           signed, then sealed: that nonce, and the newest epoch
//
// A page that hears no pong stops sending: whoever carries letters could keep back the one that
// says that somebody is to hear it no more.
//
// Signed are compact JWS with ES256 and a purpose of their own each; sealed are flattened JWE. All
// JSON; parsed with bounds. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "session/keys/key_schedule.h"
#include "session/keys/news.h"
#include "session/signature/device_key.h"
#include "session/signature/sealing_key.h"

namespace sightline::keys {

inline constexpr std::size_t kMaxLetterBytes = std::size_t{12} * 1024;  // from a page
inline constexpr std::size_t kMaxNoteBytes = std::size_t{4} * 1024;

struct HelloLetter {
    std::string run;  // of the page; empty: not said
};
struct AnnouncementLetter {
    std::string key;  // the device's public JWK
    std::string jws;
};
struct SealedLetter {
    std::string jwe;
};
struct PingLetter {
    std::string run;    // of the page
    std::string nonce;  // 22 characters
};
using Letter = std::variant<HelloLetter, AnnouncementLetter, SealedLetter, PingLetter>;
base::Result<Letter> parse_letter(std::string_view text);

struct Challenge {
    base::SessionId session;
    std::string kiosk_jwk;
    std::string nonce;
    std::string commitment;  // to the salt of the words
    std::string root_jwk;    // of the delegation; empty: the kiosk stands for itself
    std::string mission_jws;
    std::string run;  // the page that is asked; empty: whichever is there
};
std::string challenge_letter(const Challenge& challenge);

// The purpose of a device's announcement, and what it says.
inline constexpr std::string_view kAnnouncement = "sightline-announcement";
struct Announcement {
    base::SessionId session;
    base::ParticipantId participant;
    std::string nonce;
    std::string run;  // 22 characters, another one after every load of the page
    signature::PublicKey seal;
    std::string proof;  // of the link's secret, base64url; may be empty
};
base::Result<Announcement> parse_announcement(std::string_view payload);
// What `proof` must be: HMAC-SHA-256 under the link's secret over session, participant and the
// device key's thumbprint, in base64url.
std::string link_proof(const base::Secret& link_secret, base::SessionId session,
                       base::ParticipantId participant, std::string_view thumbprint);

struct PersonLine {
    base::ParticipantId id;
    std::string name;
    std::string role;
    std::string organisation;
    std::string thumbprint;  // base64url, of the device that is theirs
};
struct EpochLetter {
    base::SessionId session;
    Device to;
    std::string salt;  // 32 bytes in base64url
    std::string kiosk_seal_jwk;
    const std::vector<PersonLine>& people;
    const Epoch& epoch;
    bool switched = false;
    std::int64_t old_ms = 0;  // how long the keys before may still open what is on its way
};
std::string epoch_letter(const EpochLetter& letter, const signature::DeviceKey& signer,
                         const signature::PublicKey& seal_to);
struct SwitchLetter {
    base::SessionId session;
    Device to;
    std::uint64_t epoch = 0;
    std::int64_t old_ms = 0;
};
std::string switch_letter(const SwitchLetter& letter, const signature::DeviceKey& signer,
                          const signature::PublicKey& seal_to);

struct PongLetter {
    base::SessionId session;
    Device to;
    std::string nonce;        // of the ping that it answers
    std::uint64_t epoch = 0;  // the newest
};
std::string pong_letter(const PongLetter& letter, const signature::DeviceKey& signer,
                        const signature::PublicKey& seal_to);

struct NewsLetter {
    base::SessionId session;
    Device to;
    std::uint64_t number =
        0;  // grows, over starts of the kiosk too; a page takes a higher one only
    const News& news;
    // Now. It is told too, since a page's own clock may be off, and the break timer is by this one.
    model::RecordTime at;
};
std::string news_letter(const NewsLetter& letter, const signature::DeviceKey& signer,
                        const signature::PublicKey& seal_to);

inline constexpr std::string_view kWord = "sightline-word";
struct Noted {
    std::string question, answer, demeanour;  // together at most kMaxNoteBytes
    bool bookmark = false;                    // may be all there is
};
struct Spoken {
    std::string language, dialect;
    bool heard = false;  // and understood, both ways
};
struct Word {
    enum class Say : std::uint8_t {
        Ack,
        Matches,
        Differs,
        Note,
        Undertake,
        Languages,
        TakeTurn,
        GiveTurn,
        AskView
    };
    base::SessionId session;
    Device from;
    std::uint64_t number = 0;  // grows with every word of a run
    Say say = Say::Ack;
    std::uint64_t epoch = 0;               // of an Ack
    Noted note{};                          // of a Note
    Spoken spoken{};                       // of Languages
    model::View view = model::View::Face;  // of an AskView
};
base::Result<Word> parse_word(std::string_view payload);

}  // namespace sightline::keys
