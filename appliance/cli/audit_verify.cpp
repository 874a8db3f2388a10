#include "appliance/cli/audit_verify.h"

#include <fstream>
#include <iostream>
#include <utility>

#include "appliance/base/result.h"
#include "storage/audit/verify_bundle.h"

namespace sightline::cli {
namespace {

using base::Errc;
using base::Error;

base::Result<std::string> read_note(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string note(storage::audit::kMaxNoteBytes + 1, '\0');
    in.read(note.data(), static_cast<std::streamsize>(note.size()));
    note.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || note.empty()) {
        return Error{Errc::Unavailable, "read " + file +
                                            ": it cannot be read or is empty; give the file with "
                                            "the checkpoint of the last audit"};
    }
    const auto parsed = storage::audit::parse_note(note);
    if (!parsed) return Error{parsed.error().code, "read " + file + ": " + parsed.error().text};
    return note;
}

base::Result<storage::audit::BundleTrust> trust_in(
    const std::optional<std::string>& key, const std::optional<std::string>& earlier_note_file) {
    storage::audit::BundleTrust trust;
    if (key) {
        const auto parsed = storage::audit::parse_vkey(*key);
        if (!parsed) {
            return Error{parsed.error().code, "read the log's key: " + parsed.error().text +
                                                  "; give it as the site did, NAME+ID+BASE64"};
        }
        trust.log_key = *parsed;
    }
    if (earlier_note_file) {
        auto note = read_note(*earlier_note_file);
        if (!note) return note.error();
        trust.kept_note = std::move(*note);
    }
    return trust;
}

int complain(const std::string& sentence) {
    std::cerr << "sightline: " << sentence << "\n";
    return 2;
}

void print_sentence(const storage::audit::BundleReport& report) {
    if (!report.checkpoint) {
        std::cout << "Nothing in this bundle is proven: its checkpoint is not good.\n";
        return;
    }
    std::cout << "Log " << report.checkpoint->origin << ", " << report.checkpoint->size
              << " entries: " << report.leaves << " in this bundle, " << report.opened
              << " opened, " << report.closed
              << (report.coverage == storage::audit::Coverage::All ? " closed or erased. "
                                                                   : " closed. ");
    if (!report.grown_from.empty()) {
        std::cout << "It has grown from the checkpoint";
        for (const auto size : report.grown_from) std::cout << " of " << size;
        std::cout << " entries. ";
    }
    if (!report.good()) {
        std::cout << "NOT GOOD: " << report.findings_in_all
                  << (report.findings_in_all == 1 ? " finding.\n" : " findings.\n");
    } else if (report.key_was_given) {
        std::cout << "Good.\n";
    } else {
        std::cout << "Good, if this is the site's key, which only the bundle itself says: "
                  << report.key->vkey() << "\n";
    }
}

}  // namespace

int verify_audit(const std::string& file, const std::optional<std::string>& key,
                 const std::optional<std::string>& earlier_note_file) {
    const auto trust = trust_in(key, earlier_note_file);
    if (!trust) return complain(trust.error().text);
    std::ifstream in(file, std::ios::binary);
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
        return complain("read " + file +
                        ": it cannot be read or is empty; give the file of an audit bundle");
    }
    const auto report = storage::audit::verify_bundle(in, *trust);
    if (in.bad()) return complain("read " + file + ": the disk failed on the way; copy it anew");
    for (const auto& finding : report.findings) {
        std::cout << storage::audit::text_of(finding) << "\n";
    }
    if (report.findings_in_all > report.findings.size()) {
        std::cout << "and " << report.findings_in_all - report.findings.size() << " more\n";
    }
    print_sentence(report);
    return report.good() ? 0 : 1;
}

}  // namespace sightline::cli
