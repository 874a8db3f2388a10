// Whatever the bytes are, as a JWS, as what the right root signed, or as the file of a root: a
// paper that opens can be issued again and says the same; everything else says what is wrong.
#include "appliance/base/check.h"
#include "session/identity/delegation_root.h"
#include "session/identity/delegation_roster.h"
#include "session/identity/mission_paper.h"
#include "tests/support/device_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using identity::DelegationRoot;
    using identity::DelegationRoster;
    using identity::MissionPaper;
    static const signature::DeviceKey root = tests::kiosk_key();
    const std::string_view input = base::as_text({data, size});

    for (const std::string& jws :
         {std::string(input), root.sign(input, identity::kRosterPurpose)}) {
        const auto roster = DelegationRoster::verify(jws, root.public_key());
        if (!roster) {
            CHECK(!roster.error().text.empty());
            continue;
        }
        CHECK(roster->number > 0 && roster->members.size() <= identity::kMaxMembers);
        const auto again = DelegationRoster::verify(roster->issue(root), root.public_key());
        CHECK(again && again->number == roster->number && again->members == roster->members);
    }
    for (const std::string& jws :
         {std::string(input), root.sign(input, identity::kMissionPurpose)}) {
        const auto mission = MissionPaper::verify(jws, root.public_key());
        if (!mission) {
            CHECK(!mission.error().text.empty());
            continue;
        }
        const auto again = MissionPaper::verify(mission->issue(root), root.public_key());
        CHECK(again && again->mission == mission->mission && again->kiosk == mission->kiosk);
    }
    if (const auto file = DelegationRoot::parse(input)) {
        CHECK(DelegationRoot::parse(file->text()).value().text() == file->text());
    }
    return 0;
}
