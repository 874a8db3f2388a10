// Replays corpus folders without libFuzzer: every file goes to the target once. Fails when a folder
// is missing or empty, because a test without input could not fail.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(argv[i], error)) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++files;
        }
        if (error) std::fprintf(stderr, "replay corpus %s: %s\n", argv[i], error.message().c_str());
    }
    std::printf("%d corpus files replayed\n", files);
    return files > 0 ? 0 : 1;
}
