// Prints the access table as the page session/ACCESS.md.
#include <cstdio>

#include "session/access/access.h"

int main() { return std::fputs(sightline::access::printed().c_str(), stdout) < 0 ? 1 : 0; }
