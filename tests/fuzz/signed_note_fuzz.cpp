// A note, a verifier key, a checkpoint or an event: what is read can be written, and comes out as
// it went in, because each value has one spelling.
#include "appliance/base/check.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/event.h"
#include "storage/audit/signed_note.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::storage::audit;
    const std::string_view input = base::as_text({data, size});

    if (const auto note = parse_note(input)) {
        CHECK(!note->signatures.empty() && note->signatures.size() <= kMaxSignatures);
        CHECK(input.starts_with(note->text + "\n"));
        const std::vector<VerifierKey> known = {
            *parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
            *parse_vkey(
                "kiosk.example/audit+b4e2130b+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")};
        const auto open = open_note(input, known);
        CHECK(open ? open->text == note->text : !open.error().text.empty());
    } else {
        CHECK(!note.error().text.empty());
    }
    if (const auto key = parse_vkey(input)) CHECK(key->vkey() == input);
    if (const auto checkpoint = parse_checkpoint(input)) {
        CHECK(write_checkpoint(*checkpoint).value() == input);
    }
    if (const auto event = parse_event(input)) CHECK(canonical(*event).value() == input);
    return 0;
}
