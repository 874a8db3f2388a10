// The real kiosk's sync under kill -9. Its dossiers are imported, released and edited over and over
// by the command line, while it syncs over a real hub with an office of the same circle, which
// writes too; kiosk and hub are killed at any moment and started again. What staff were told is
// kept is at the office, once; the kiosk takes none of it for another one's past; and both show the
// same.
#include <algorithm>
#include <atomic>
#include <map>
#include <random>

#include "appliance/kiosk/form_merge.h"
#include "session/dossier/fields.h"
#include "session/dossier/json_form.h"
#include "session/identity/short_code.h"
#include "storage/sync/site_keys.h"
#include "tests/integration/kiosk_program.h"
#include "tests/integration/relaying_hub.h"
#include "tests/support/tcp_link.h"

namespace sightline::integration {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using tests::TcpLink;

// At its start a kiosk reads and verifies all ops that it has, after a long run some thousand.
constexpr auto kPatience = 120s;

struct Case {
    std::string dossier;  // its id at the kiosk
    sync::Pseudonym pseudonym;
};

// What staff wrote, each with a value of its own, and whether they were told that it is kept.
struct Edit {
    std::string value;
    bool acknowledged = false;
};

// An office that counts how often each value has come.
class Office : public JournalSite {
  public:
    using JournalSite::JournalSite;

    base::Result<void> take_ops(const std::vector<std::string_view>& ops) override {
        for (const std::string_view text : ops) {
            const auto arrival = replica().judge(text);
            if (const auto taken = JournalSite::take_ops({text}); !taken) return taken;
            if (!arrival || arrival->judgement.verdict != sync::Verdict::Next) continue;
            if (!arrival->content) throw std::runtime_error("the office cannot read an op");
            for (const auto& change : arrival->content->changes) {
                if (change.value.is_string()) ++came_[std::string(change.value.get_string())];
            }
        }
        return {};
    }
    std::size_t came(const std::string& value) const {
        const auto found = came_.find(value);
        return found == came_.end() ? 0 : found->second;
    }

  private:
    std::map<std::string, std::size_t> came_;
};

class KioskSync : public tests::KioskProgram {
  protected:
    std::string hub_url() override {
        return "http://127.0.0.1:" + std::to_string(kiosk_link_.port());
    }
    void start_hub() {
        hub_.emplace(std::vector<std::string>{"--sync-root", delegation("delegation.jwk")},
                     directory_.path() / "hub");
        kiosk_link_.lead_to(hub_->http_port());
        office_link_.lead_to(hub_->http_port());
    }
    void kill_hub() {
        hub_.reset();
        kiosk_link_.cut();
        office_link_.cut();
    }
    void kill_kiosk() { kiosk_->stop(SIGKILL); }

    std::string delegation(const std::string& file) const {
        return directory_.path() / "delegation" / file;
    }
    void administer(std::vector<std::string> words) {
        words.insert(words.begin(), "delegation");
        words.insert(words.end(), {"--folder", directory_.path() / "delegation", "--pin-file",
                                   directory_.path() / "root.pin"});
        ASSERT_EQ(sightline(std::move(words)), 0) << out_;
    }
    void add_to_circle(const std::string& name, const std::string& keys, const std::string& code) {
        std::ofstream(directory_.path() / "keys.json") << keys;
        administer({"circle", "add", "--name", name, "--keys", directory_.path() / "keys.json",
                    "--code", code});
    }
    // A delegation's circle of the kiosk and an office, and a hub that relays for it.
    void meet() {
        std::ofstream(directory_.path() / "root.pin") << "a pin of the test, long enough\n";
        std::ofstream(directory_.path() / "kiosk.key") << HubProcess::kKey << '\n';
        administer({"init", "Delegation of the test"});
        administer({"circle", "init", "--recovery-out", directory_.path() / "recovery.jwk"});
        start_hub();
        start();
        sign_in("lena", "supervisor");
        ASSERT_EQ(lena({"dossier", "circle", "keys", "--json"}), 0) << out_;
        const auto shown = json::parse(out_).as_object();
        add_to_circle("Kiosk", json::serialize(shown.at("keys")),
                      std::string(shown.at("code").as_string()));
        const storage::sync::SiteKeys own{device_.public_key(), sealing_.public_key()};
        add_to_circle("Headquarters", own.text(), identity::short_code(own.thumbprint()));
        ASSERT_EQ(lena({"dossier", "circle", "take", delegation("circle.jws"), "--root",
                        delegation("delegation.jwk"), "--state", "NLD"}),
                  0)
            << out_;
        open_office();
    }
    void open_office() {
        const auto root = signature::PublicKey::parse(read_file(delegation("delegation.jwk")));
        std::string jws = read_file(delegation("circle.jws"));
        while (jws.ends_with('\n')) jws.pop_back();
        const auto list = sync::CircleList::verify(jws, root.value()).value();
        office_.emplace(directory_.path() / "office",
                        tests::Membership{list.sites.back().site, device_, sealing_, *root, jws});
    }
    void import_and_release(std::size_t count) {
        std::ofstream file(directory_.path() / "cases.csv");
        file << "case_number,individual_number,family_name,relation\n";
        for (std::size_t i = 1; i <= count; ++i) {
            file << "100-24C0000" << i << ",100-0000000" << i << ",Applicant " << i << ",self\n";
        }
        file.close();
        ASSERT_EQ(lena({"dossier", "import", directory_.path() / "cases.csv"}), 0) << out_;
        ASSERT_EQ(lena({"dossier", "list", "--json"}), 0) << out_;
        const auto listed = json::parse(out_);
        for (const auto& each : listed.as_array()) {
            cases_.push_back({std::string(each.at("dossier").as_string()), {}});
        }
        ASSERT_EQ(cases_.size(), count);
        for (Case& each : cases_) release(each);
    }
    void release(Case& of) {
        ASSERT_EQ(lena({"sessions", "schedule", "--dossier", of.dossier, "--subject", "Applicant",
                        "--delegation", "NLD"}),
                  0)
            << out_;
        const auto person = out_.substr(out_.find("subject ") + 8, 16);
        step("check-in");
        step("open-consent");
        ASSERT_EQ(lena({"consent", "record", person, "share-dossier", "given", "--scope", "NLD"}),
                  0)
            << out_;
        step("end", "interrupted");
        ASSERT_EQ(
            lena({"dossier", "release", of.dossier, "--to", "NLD", "--agreement", "Agreement 7"}),
            0)
            << out_;
        const auto at = out_.rfind(" as ") + 4;
        of.pseudonym = sync::Pseudonym::parse(out_.substr(at, 16)).value();
    }

    // Staff, until they are told to stop. The only one to use the command line meanwhile.
    std::vector<Edit> edit_all_the_time(const std::stop_token& stopped) {
        std::vector<Edit> edits;
        std::mt19937_64 dice(1);
        for (std::size_t number = 1; !stopped.stop_requested(); ++number) {
            const Case& of = cases_[dice() % cases_.size()];
            Edit edit{"edit " + std::to_string(number) + " of staff's"};
            edit.acknowledged =
                lena({"dossier", "edit", of.dossier, free_text_field(dice()), edit.value}) == 0;
            edits.push_back(edit);
            if (edit.acknowledged) {
                ++acknowledged_;
            } else {
                std::this_thread::sleep_for(50ms);
            }
        }
        return edits;
    }
    static std::string free_text_field(std::uint64_t which) {
        static const std::vector<std::string> fields{"case/remarks", "case/office",
                                                     "need/priority_reason",
                                                     "need/return_prospects", "claim/exclusion"};
        return fields[which % fields.size()];
    }
    // The office, until it is told to stop: fields of its own, so that there is nothing to settle.
    void write_and_sync_all_the_time(const std::stop_token& stopped) {
        std::mt19937_64 dice(2);
        for (std::size_t number = 1; !stopped.stop_requested(); ++number) {
            if (dice() % 4 == 0) {
                office_->edit(
                    cases_[dice() % cases_.size()].pseudonym,
                    setting("claim/summary",
                            json::string("edit " + std::to_string(number) + " of the office's")));
            }
            (void)round(*office_, office_link_.port());
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + dice() % 200));
        }
    }
    // Staff are told once more that something is kept.
    void wait_for_an_edit() {
        const std::size_t before = acknowledged_;
        ASSERT_TRUE(tests::eventually([&] { return acknowledged_ > before; }, kPatience))
            << logged();
    }
    // Any moment, or any byte of what the kiosk sends.
    void wait_for_a_moment(std::mt19937_64& dice) {
        if (dice() % 2 == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100 + dice() % 1400));
            return;
        }
        const auto until = std::chrono::steady_clock::now() + 3s;
        const std::uint64_t byte = kiosk_link_.up() + 1 + dice() % 20000;
        while (kiosk_link_.up() < byte && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(1ms);
        }
    }

    json::object sync_status() {
        if (lena({"dossier", "sync-status", "--json"}) != 0) return {};
        return json::parse(out_).as_array().at(0).as_object();
    }
    dossier::Fields at_the_kiosk(const Case& of) {
        if (lena({"dossier", "show", of.dossier, "--json"}) != 0) return {};
        const auto form = json::serialize(json::parse(out_).at("form"));
        return dossier::fields_of(dossier::read_json(form).value().dossiers.front().form);
    }
    dossier::Fields at_the_office(const Case& of) const {
        const auto* history = office_->replica().dossier(of.pseudonym);
        dossier::Fields fields;
        if (history == nullptr) return fields;
        for (const auto& [path, field] : history->state().fields) {
            if (kiosk::is_form_path(path) && field.value() != nullptr)
                fields[path] = *field.value();
        }
        return fields;
    }
    bool both_show_the_same() {
        (void)round(*office_, office_link_.port());
        return std::ranges::all_of(cases_, [&](const Case& each) {
            const auto here = at_the_kiosk(each);
            return !here.empty() && here == at_the_office(each);
        });
    }

    TcpLink kiosk_link_{0}, office_link_{0};
    std::optional<HubProcess> hub_;
    signature::DeviceKey device_ = signature::DeviceKey::random();
    signature::SealingKey sealing_ = signature::SealingKey::random();
    std::optional<Office> office_;
    std::vector<Case> cases_;
    std::atomic<std::size_t> acknowledged_ = 0;
};

// `SIGHTLINE_SYNC_KILLS=200` for the long run.
TEST_F(KioskSync, LosesAndDoublesNothingWhenKioskAndHubAreKilled) {
    const std::size_t kills = times("SIGHTLINE_SYNC_KILLS", 12);
    ASSERT_NO_FATAL_FAILURE(meet());
    ASSERT_NO_FATAL_FAILURE(import_and_release(3));
    std::vector<Edit> edits;
    std::jthread staff([&](const std::stop_token& stopped) { edits = edit_all_the_time(stopped); });
    std::jthread office(
        [&](const std::stop_token& stopped) { write_and_sync_all_the_time(stopped); });
    std::mt19937_64 dice(31);
    std::map<std::string, int> killed;
    for (std::size_t i = 0; i < kills; ++i) {
        // However slow the machine, each kill could lose something.
        wait_for_an_edit();
        if (HasFatalFailure()) break;
        wait_for_a_moment(dice);
        if (dice() % 3 != 0) {
            kill_kiosk();
            start();
            ++killed["kiosk"];
        } else {
            kill_hub();
            start_hub();
            ++killed["hub"];
        }
    }
    wait_for_an_edit();
    staff.request_stop();
    office.request_stop();
    staff.join();
    office.join();
    ASSERT_TRUE(
        tests::eventually([&] { return round(*office_, office_link_.port()).has_value(); }));
    // It comes back at once, whatever it had to wait for after the last kill of the hub.
    kill_kiosk();
    start();
    ASSERT_TRUE(tests::eventually([&] { return is_open(); }, kPatience)) << logged();
    EXPECT_TRUE(tests::eventually([&] { return both_show_the_same(); }, kPatience)) << logged();

    const auto status = sync_status();
    EXPECT_EQ(status.at("stopped").as_string(), "");
    EXPECT_TRUE(status.at("closed").as_array().empty());
    EXPECT_EQ(status.at("incarnation").to_number<int>(), 1);
    for (const char* none : {"to_send", "waiting_for_others", "unreadable"}) {
        EXPECT_EQ(status.at(none).to_number<int>(), 0) << none;
    }
    EXPECT_FALSE(office_->stopped());
    EXPECT_TRUE(office_->replica().forks().empty());
    EXPECT_EQ(office_->replica().unacknowledged(), 0u);
    EXPECT_EQ(office_->doubled(), 0u);
    std::size_t acknowledged = 0;
    std::size_t kept_without_a_word = 0;
    for (const Edit& each : edits) {
        const std::size_t came = office_->came(each.value);
        if (each.acknowledged) {
            ++acknowledged;
            EXPECT_EQ(came, 1u) << each.value;
        } else {
            kept_without_a_word += came;
            EXPECT_LE(came, 1u) << each.value;
        }
    }
    // Each op of each chain once.
    std::uint64_t ops = 0;
    std::uint64_t in_dossiers = 0;
    for (const auto& [chain, number] : office_->marks()) ops += number;
    for (const Case& each : cases_) {
        const auto* history = office_->replica().dossier(each.pseudonym);
        in_dossiers += history->size();
        const auto state = history->state();
        EXPECT_TRUE(state.conflicts().empty());
        ASSERT_EQ(state.consents.size(), 1u);
        EXPECT_TRUE(state.consents.begin()->second.in_force());
    }
    EXPECT_EQ(in_dossiers, ops);
    EXPECT_GT(acknowledged, kills);
    std::cout << "kiosk_sync_kills " << killed["kiosk"] << " of the kiosk, " << killed["hub"]
              << " of the hub; " << acknowledged << " edits acknowledged, "
              << edits.size() - acknowledged << " not, of these " << kept_without_a_word
              << " kept; " << ops << " ops\n";
}

}  // namespace
}  // namespace sightline::integration
