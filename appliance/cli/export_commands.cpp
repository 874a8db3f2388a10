// The commands that take something out of the kiosk's store, or put a backup back. See commands.h.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"
#include "hardware/file_secret.h"
#include "hardware/tpm_secret.h"
#include "storage/backup.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;

base::Result<std::unique_ptr<hardware::DeviceSecret>> open_device(const Places& places,
                                                                  const DevicePlace& place) {
    if (!place.tpm.empty()) {
        return std::unique_ptr<hardware::DeviceSecret>(
            std::make_unique<hardware::TpmSecret>(place.tpm));
    }
    auto files =
        hardware::FileSecret::open(place.secrets.empty() ? places.state / "device" : place.secrets);
    if (!files) return files.error();
    return std::unique_ptr<hardware::DeviceSecret>(std::move(*files));
}

void say(const storage::RestoreReport& report) {
    std::cout << "Restored " << report.dossiers << " dossiers";
    if (report.made) std::cout << ", as they were on " << model::to_rfc3339(*report.made);
    std::cout << ".\n";
    if (!report.aside.empty()) {
        std::cout << "What was there before is kept as " << report.aside.string() << ".\n";
    }
    if (report.behind) {
        std::cout << "Against that, " << report.behind->commits
                  << " changes are missing: " << report.behind->missing.size()
                  << " dossiers are not there and " << report.behind->older.size()
                  << " are older.\n";
    } else {
        std::cout << "How much is missing cannot be told: what was there before cannot be read.\n";
    }
    std::cout << "What headquarters has received of it comes back with the next sync.\n";
    if (report.erasure_unfinished) {
        std::cout << "An erasure was under way and had not been certified: erase it again.\n";
    }
}

}  // namespace

int make_backup(const Places& places) {
    const auto reply = ask_as_staff(places, {{"do", "backup"}});
    if (!reply) return complain(reply.error().text);
    std::cout << std::string(reply->at("file").as_string()) << "\n";
    return kDone;
}

int restore_backup(const Places& places, const std::string& file, const DevicePlace& place,
                   const std::string& pin_file) {
    auto device = open_device(places, place);
    if (!device) return complain(device.error().text);
    const auto pin = read_pin(pin_file, "PIN of the store");
    if (!pin) return complain(pin.error().text);
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto report =
        storage::restore_backup(file, places.state / "store.db", **device, *pin, {"operator", now});
    if (!report) return complain(report.error().text);
    say(*report);
    return kDone;
}

int export_person(const Places& places, const std::string& dossier, const std::string& person) {
    const auto reply =
        ask_as_staff(places, {{"do", "export"}, {"dossier", dossier}, {"person", person}});
    if (!reply) return complain(reply.error().text);
    std::cout << std::string(reply->at("file").as_string()) << "\n";
    for (const auto& name : reply->at("read_first").as_array()) {
        std::cerr << "sightline: read " << std::string(name.as_string())
                  << " before you hand it out: it is about the whole case and may name others\n";
    }
    return kDone;
}

int export_audit(const Places& places, const std::string& dossier,
                 const std::string& earlier_file) {
    json::object request{{"do", "audit.export"}};
    if (!dossier.empty()) request["dossier"] = dossier;
    if (!earlier_file.empty()) {
        std::ifstream in(earlier_file, std::ios::binary);
        if (!in)
            return complain("read " + earlier_file + ": there is no such file; correct --earlier");
        request["earlier"] = std::string(std::istreambuf_iterator<char>(in), {});
    }
    const auto reply = ask_as_staff(places, request);
    if (!reply) return complain(reply.error().text);
    std::cout << std::string(reply->at("file").as_string()) << "\n";
    std::cerr << "sightline: the log's key, to be kept apart from the file: "
              << std::string(reply->at("key").as_string()) << "\n";
    return kDone;
}

}  // namespace sightline::cli
