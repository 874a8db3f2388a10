#include "storage/sync/site_keys.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {

base::Result<SiteKeys> SiteKeys::parse(std::string_view text) {
    const auto object = object_of(text, 3);
    SiteKeys keys;
    for (const auto& [name, key] :
         {std::pair{"signing", &keys.signing}, {"sealing", &keys.sealing}}) {
        const auto* value = object ? object->if_contains(name) : nullptr;
        auto parsed = value != nullptr && value->is_object()
                          ? signature::PublicKey::parse(boost::json::serialize(*value))
                          : base::Result<signature::PublicKey>(base::Errc::Malformed);
        if (!parsed) {
            return base::Error{base::Errc::Malformed,
                               std::string("read a site's keys: \"") + name +
                                   "\" is no public key of the curve P-256; have the site print "
                                   "them anew with `sightline dossier circle keys`"};
        }
        *key = std::move(*parsed);
    }
    if (keys.signing == keys.sealing) {
        return base::Error{base::Errc::Malformed, "read a site's keys: both are the same one"};
    }
    return keys;
}

std::string SiteKeys::text() const {
    return boost::json::serialize(
        boost::json::object{{"signing", boost::json::parse(signing.jwk())},
                            {"sealing", boost::json::parse(sealing.jwk())}});
}

std::string SiteKeys::thumbprint() const {
    const std::string both = signing.thumbprint() + "." + sealing.thumbprint();
    return text_of(audit::sha256({base::as_bytes(both)}));
}

}  // namespace sightline::storage::sync
