// Whatever the bytes are, the verification ends, keeps a bounded number of findings, and calls
// nothing good that it could not count.
#include <istream>
#include <streambuf>

#include "appliance/base/check.h"
#include "storage/audit/verify_bundle.h"

namespace {

class ViewBuffer : public std::streambuf {
  public:
    explicit ViewBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());
        setg(begin, begin, begin + text.size());
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::storage::audit;
    const std::string_view input = base::as_text({data, size});
    ViewBuffer buffer(input);
    std::istream in(&buffer);
    BundleTrust trust;
    // As a kept checkpoint the whole input is wrong nearly always, and must be only that.
    if (size % 2 == 1) trust.kept_note = std::string(input.substr(0, 1000));
    const BundleReport report = verify_bundle(in, trust);
    CHECK(report.findings.size() <= kMaxFindings);
    CHECK(report.findings.size() <= report.findings_in_all);
    CHECK(report.opened + report.closed <= report.leaves);
    for (const Finding& finding : report.findings) CHECK(!text_of(finding).empty());
    if (report.good()) {
        CHECK(report.checkpoint.has_value());
        CHECK(report.opened + report.closed == report.leaves);
        CHECK(report.coverage == Coverage::Some || report.leaves == report.checkpoint->size);
    } else {
        CHECK(!report.findings.empty());
    }
    return 0;
}
