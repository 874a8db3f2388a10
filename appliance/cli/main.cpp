// sightline: the command line of a kiosk.
#include <exception>
#include <iostream>

#include "appliance/cli/commands.h"

int main(int argc, char** argv) {
    try {
        return sightline::cli::run(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "sightline: " << e.what() << "\n";
        return 1;
    }
}
