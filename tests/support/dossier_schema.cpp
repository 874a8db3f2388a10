// Prints session/dossier/dossier.schema.json:
//   build/dev/tests/dossier_schema > session/dossier/dossier.schema.json
#include "tests/support/dossier_schema.h"

#include <iostream>

int main() {
    std::string text;
    sightline::tests::print_json(sightline::tests::dossier_schema(), text);
    std::cout << text << "\n";
    return 0;
}
