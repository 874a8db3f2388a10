// Prints tests/vectors/sync.json, by which the pages' replica is held to this one:
//   build/dev/tests/sync_vectors > tests/vectors/sync.json
// Keys and what is written are the same in every run; signatures, seals and so all hashes are not.
#include "tests/support/sync_vectors.h"

#include <boost/json/parse.hpp>
#include <iostream>

int main() {
    namespace json = boost::json;
    namespace sync = sightline::storage::sync;
    const sync::VectorWriter writer;
    // One member a line, one entry of a list a line: what changed can be seen.
    const json::object vectors = writer.vectors();
    std::cout << "{\n";
    for (auto member = vectors.begin(); member != vectors.end(); ++member) {
        if (member != vectors.begin()) std::cout << ",\n";
        std::cout << json::serialize(member->key()) << ": ";
        if (!member->value().is_array()) {
            std::cout << json::serialize(member->value());
            continue;
        }
        std::cout << "[";
        const auto& all = member->value().get_array();
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::cout << (i == 0 ? "\n  " : ",\n  ") << json::serialize(all[i]);
        }
        std::cout << "\n]";
    }
    std::cout << "\n}\n";
    return 0;
}
