// The certificate that the hub's HTTPS shows: self-signed P-256, made once in the state directory
// with its key readable by this user alone. People compare its SHA-256 fingerprint, so it must stay
// the same over restarts. Start-up only; throws std::runtime_error with one clear sentence.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sightline::hub {

struct TlsIdentity {
    std::filesystem::path certificate;  // PEM: hub-cert.pem
    std::filesystem::path key;          // PEM: hub-key.pem, mode 0600
    std::string fingerprint;            // SHA-256 of the DER form, 64 hexadecimal digits
};

// Loads the identity, or makes it for localhost and `addresses` when there is none. Also writes the
// fingerprint to hub-cert.sha256, for whoever dials this hub on the same machine.
TlsIdentity load_or_make_tls_identity(const std::filesystem::path& state,
                                      const std::vector<std::string>& addresses);

// Every unicast address of this machine's interfaces that are up, loopback last.
std::vector<std::string> local_addresses();

}  // namespace sightline::hub
