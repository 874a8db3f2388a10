// A circle of four sites with keys that are the same in every run and protect nothing, a history
// that three of them write at the same time, and what the fourth must make of it.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "storage/sync/jose_keys.h"
#include "storage/sync/replica.h"

namespace sightline::storage::sync {

inline constexpr std::array<const char*, 11> kVectorKeys = {
    R"({"kty":"EC","crv":"P-256","x":"yuPECnRVh8_RU38hn2XhawfTYKYtgh7E52PJkH3FVbw",)"
    R"("y":"FSUv3QSPsG-xgpaTvhkdwoUW-lpXviNxHV7FrsEZrdQ",)"
    R"("d":"o-dkZpbpobOlgRmN0Sxa5RxJ6I3amHVDdudbTfen0vs"})",
    R"({"kty":"EC","crv":"P-256","x":"s8S62zADPehhKLUPDDpEEXcaqzZK6nMjgxZ5976ZePc",)"
    R"("y":"CL9-OVmchY7GN8XT83aOZ-Db4DBPSSmrfj2kvbEbD58",)"
    R"("d":"bvtQjoNs2kkzibCSEVqN40wMvSDUd4-I1mzzUKRB23E"})",
    R"({"kty":"EC","crv":"P-256","x":"wPGvY5imvzJEMObxixzlC2uqzQW-VgNqd53uIsamC0M",)"
    R"("y":"x8Grx-TzBy-n43VNQkQlMgQMSpiQ3OI00JIJ65hqAUQ",)"
    R"("d":"8EpU9KsVmBXTK5OGygrVFi1VGBeEFE-knEkS98d_yJA"})",
    R"({"kty":"EC","crv":"P-256","x":"lU5tcbFdiQ5Gw2q1OA7OHEnJoTv_wWwxzz3F1-l8UwA",)"
    R"("y":"rY0ilCs3TuvQhaldRJIca_hCziHWzi5rF-hzbU4-knE",)"
    R"("d":"Qp7I7gv7CBzOOZ6MPiiE2sFQwOqkrVexmw3G7f0kPKo"})",
    R"({"kty":"EC","crv":"P-256","x":"OLSoc48ACBJwuxeTj_wNT7SAcieqP67XeHSLWVywYcg",)"
    R"("y":"hAZ1IBhVAqWWYzNlNEZqdKosbyZ3uUIJvHfK4krx5AQ",)"
    R"("d":"OvO_uv_CQ-9pduZrOszeImyQ9rTNjsRw1h4mggDWNTs"})",
    R"({"kty":"EC","crv":"P-256","x":"D57_hCSwhjA4ytGq3eELNX2z8Se52yg7dcyBW1eoYD8",)"
    R"("y":"vjOdQUvdk-STpSdZ5gaNBWZ6BkcHrE94urGFRqhgirY",)"
    R"("d":"i_4lyYe33V_feYC6jpPKiVm0d0dJex1feijmmIgdbHw"})",
    R"({"kty":"EC","crv":"P-256","x":"m1535HBTsdwdUkLpcl1sw1cBbkyHMLl-yAUDqpBbGII",)"
    R"("y":"n5r_z75mVHBqwMUVEkcKNt1q6EeW1j_2hz_jcB5OiiQ",)"
    R"("d":"lhk4Z8RCmif53XeH33J9kkDAE2q_omg5IjDjX5o6rqw"})",
    R"({"kty":"EC","crv":"P-256","x":"53TbrCDG-YD7cPOHgjGS9EVxiKxG4XiyzaUD0FBLgdc",)"
    R"("y":"pM99nLFGPlTDOoylUnXUpcXN6g66kA1Ecz27ccBC_ek",)"
    R"("d":"ZBr9Yyb9xrsPhwT2eQbWggjydxluNYZozt5czB4m4sQ"})",
    R"({"kty":"EC","crv":"P-256","x":"p4gr2WyCKJR6-n3x04d_zZ5mn1H6MWDjqCsbkT3pMDc",)"
    R"("y":"FkB5G3MLnN7-ONtup_NrDoxvjU9qBArRhY1Ee3mgEdU",)"
    R"("d":"-1bx9Ml_26KwUnT8jI6Hi2d4C1ldKWY2H3HmXIdi8sw"})",
    R"({"kty":"EC","crv":"P-256","x":"TX35_zQXTKvuBncdiM_Sv9Zf_eu1Embp4_TR3aFr_XM",)"
    R"("y":"9F8sECHE-ak50PLoZlrtMfCSQWCjVcRwvtE02tgLZxc",)"
    R"("d":"I6JjW3DgvcATHGrbUarbnDcWnpFMIfRX4TJvYag0BP0"})",
    R"({"kty":"EC","crv":"P-256","x":"fB-zGZ8Y11fa2QWEYjO6TnyaeT0loo7tp-Y9Gdy3_-M",)"
    R"("y":"3QMS1p30FgUnb2zKZV-JGYbwgKdBiRbI6_xXEHd2uos",)"
    R"("d":"ifRWSfyvMVqnDqyUVhxB1k5NotyMQTafJP9TmkQN-Nw"})",
};

inline constexpr std::size_t kVectorSites = 4;  // the last one reads only

inline signature::DeviceKey vector_key(std::size_t at) {
    return signature::DeviceKey::parse(base::Secret(std::string_view(kVectorKeys.at(at)))).value();
}
inline signature::SealingKey vector_sealing(std::size_t at) {
    return signature::SealingKey::parse(base::Secret(std::string_view(kVectorKeys.at(at)))).value();
}

struct VectorSite {
    SiteId id;
    std::string name;
    std::size_t
        key_at;  // of kVectorKeys: the key it signs with, and after it the one it opens with
    signature::DeviceKey signing = vector_key(key_at);
    signature::SealingKey sealing = vector_sealing(key_at + 1);

    CircleSite listed(bool removed = false) const {
        return {id, name, signing.public_key(), sealing.public_key(), removed};
    }
};

// What the state is, as the page's tests compare it.
boost::json::value json_of(const DossierState& state);
boost::json::array json_of(const std::map<Pseudonym, DossierHistory>& dossiers);

class VectorWriter {
  public:
    VectorWriter();
    boost::json::object vectors() const;

  private:
    struct Made {
        std::string text;
        std::size_t site;
    };
    // Some recipients or all: what is sealed to others than the reader is unreadable to it.
    class Seals : public Sealer {
      public:
        Seals(const VectorWriter& of, std::size_t site);
        base::Result<std::string> seal(std::string_view text) const override;
        base::Result<base::Secret> open(std::string_view sealed) const override;
        mutable bool without_reader = false;

      private:
        JoseSealer all_, fewer_;
    };

    CircleList circle(std::uint64_t number) const;
    Replica& replica(std::size_t site) { return *replicas_.at(site); }
    void catch_up(std::size_t site);
    void write(std::size_t site, Pseudonym dossier, std::vector<Change> changes);
    void write_history();
    void write_strange_ops();
    Op crafted(std::size_t site, const Envelope& place, std::string_view content) const;
    Replica reader() const;

    boost::json::array circles() const;
    boost::json::array receipts() const;
    boost::json::array refused() const;
    boost::json::array contents() const;
    boost::json::array judgements() const;
    boost::json::object without_first() const;

    signature::DeviceKey root_ = vector_key(0), hub_ = vector_key(1);
    signature::SealingKey recovery_ = vector_sealing(2);
    std::array<VectorSite, kVectorSites> sites_{
        VectorSite{SiteId::from_value(0x51a0000000000001), "Kiosk 1", 3},
        VectorSite{SiteId::from_value(0x51a0000000000002), "Officer 1", 5},
        VectorSite{SiteId::from_value(0xf1a0000000000003), "Officer 2", 7},
        VectorSite{SiteId::from_value(0x51a0000000000004), "Headquarters", 9}};
    std::optional<KnownKeys> known_;
    std::vector<DeviceSigner> signers_;
    std::vector<std::unique_ptr<Seals>> seals_;
    std::vector<std::unique_ptr<Replica>> replicas_;
    std::vector<std::size_t> caught_up_;
    std::vector<Made> made_;
    std::mt19937 random_{20};
    std::int64_t now_ms_ = 1'790'000'000'000;
};

}  // namespace sightline::storage::sync
