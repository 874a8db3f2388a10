#include "media/wire/sdp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vectors/chromium_offer.h"

namespace sightline::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr std::string_view kTwcc =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

const SdpCodec* find_codec(const SdpMedia& media, std::string_view name) {
    for (const auto& codec : media.codecs) {
        if (codec.name == name) return &codec;
    }
    return nullptr;
}

TEST(Sdp, ReadsAPublishingOfferOfChromium) {
    const auto sdp = parse_sdp(vectors::kChromiumPublishOffer);
    ASSERT_TRUE(sdp) << sdp.error().text;
    EXPECT_EQ(sdp->origin_id, 4611731400430051336u);
    EXPECT_THAT(sdp->bundle, ElementsAre("0", "1"));
    EXPECT_FALSE(sdp->ice_lite);
    ASSERT_EQ(sdp->media.size(), 2u);

    const auto& audio = sdp->media[0];
    EXPECT_EQ(audio.kind, MediaKind::Audio);
    EXPECT_FALSE(audio.rejected);
    EXPECT_EQ(audio.mid, "0");
    EXPECT_EQ(audio.direction, Direction::SendOnly);
    EXPECT_TRUE(audio.rtcp_mux);
    EXPECT_TRUE(audio.rtcp_rsize);
    EXPECT_EQ(audio.ice_ufrag, "EsAw");
    EXPECT_EQ(audio.setup, DtlsSetup::ActPass);
    EXPECT_EQ(audio.fingerprint_algorithm, "sha-256");
    ASSERT_NE(find_codec(audio, "opus"), nullptr);
    EXPECT_EQ(audio.codecs[0].channels, 2);
    EXPECT_EQ(audio.codecs[0].format, "minptime=10;useinbandfec=1");
    ASSERT_EQ(audio.candidates.size(), 1u);  // the mDNS name is left out
    EXPECT_EQ(audio.candidates[0].address, Endpoint::v4(198, 51, 100, 7, 51472));
    EXPECT_EQ(audio.candidates[0].type, "srflx");
    ASSERT_EQ(audio.sources.size(), 1u);
    EXPECT_EQ(audio.sources[0].ssrc, 1763450123u);
    EXPECT_EQ(audio.sources[0].cname, "kX2m9pQ7rT4vB1nZ");
    EXPECT_THAT(audio.msid, HasSubstr("6e1f4cd1"));

    const auto& video = sdp->media[1];
    EXPECT_EQ(video.kind, MediaKind::Video);
    const auto* vp8 = find_codec(video, "VP8");
    ASSERT_NE(vp8, nullptr);
    EXPECT_EQ(vp8->clock_rate, 90000u);
    EXPECT_THAT(vp8->feedback,
                ElementsAre("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"));
    EXPECT_EQ(video.codecs[1].rtx_for, 96);
    EXPECT_THAT(video.rtx_groups, ElementsAre(Pair(2231627014u, 632943048u)));
    EXPECT_THAT(video.simulcast_send_rids, ElementsAre("h", "m", "l"));
    bool twcc = false;
    for (const auto& extension : video.extensions) {
        EXPECT_NE(extension.id, 5) << "the encrypted extension must be left out";
        twcc = twcc || (extension.uri == kTwcc && extension.id == 3);
    }
    EXPECT_TRUE(twcc);
}

TEST(Sdp, TellsBundleOnlyFromRejectedAndKnowsADataChannel) {
    const auto sdp = parse_sdp(vectors::kChromiumReceiveOffer);
    ASSERT_TRUE(sdp) << sdp.error().text;
    ASSERT_EQ(sdp->media.size(), 3u);
    EXPECT_EQ(sdp->media[1].port, 0);
    EXPECT_FALSE(sdp->media[1].rejected);
    EXPECT_EQ(sdp->media[1].direction, Direction::RecvOnly);
    EXPECT_TRUE(sdp->media[2].application);
    EXPECT_EQ(sdp->media[2].protocol, "UDP/DTLS/SCTP");

    const auto rejected = parse_sdp("v=0\nm=video 0 UDP/TLS/RTP/SAVPF 96\na=rtpmap:96 VP8/90000\n");
    ASSERT_TRUE(rejected);
    EXPECT_TRUE(rejected->media[0].rejected);
}

TEST(Sdp, CopiesSessionAttributesDownAndSpreadsWildcardFeedback) {
    const auto sdp = parse_sdp(vectors::kWebrtcbinOffer);
    ASSERT_TRUE(sdp) << sdp.error().text;
    ASSERT_EQ(sdp->media.size(), 2u);
    for (const auto& media : sdp->media) {
        EXPECT_EQ(media.ice_ufrag, "bG6yWz1qkJ0x8fT3");
        EXPECT_EQ(media.ice_pwd, "0Yk3mVb8nQs5tR1wZx6cLd9eFg2hJj4u");
        EXPECT_EQ(media.fingerprint_algorithm, "sha-256");
        EXPECT_EQ(media.fingerprint, "AA:BB:CC:DD");
        EXPECT_EQ(media.setup, DtlsSetup::ActPass);
        ASSERT_EQ(media.extensions.size(), 1u);
        EXPECT_EQ(media.extensions[0].uri, kTwcc);
    }
    EXPECT_THAT(sdp->media[0].codecs[0].feedback, ElementsAre("nack pli", "transport-cc"));
    EXPECT_THAT(sdp->media[0].codecs[1].feedback, ElementsAre("transport-cc"));
    EXPECT_EQ(sdp->media[0].codecs[1].rtx_for, 96);  // apt= behind another parameter
    EXPECT_EQ(sdp->media[1].direction, Direction::SendRecv);
}

TEST(Sdp, ReadsWhatItWrote) {
    auto sdp = *parse_sdp(vectors::kChromiumPublishOffer);
    sdp.ice_lite = true;
    SdpCandidate tcp;
    tcp.transport = Transport::Tcp;
    tcp.tcp_type = "passive";
    tcp.priority = 7;
    tcp.address = *Endpoint::parse("2001:db8::1", 443);
    sdp.media[0].candidates.push_back(tcp);
    sdp.media[0].end_of_candidates = true;
    const auto text = write_sdp(sdp);
    const auto again = parse_sdp(text);
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(write_sdp(*again), text);
    EXPECT_TRUE(again->ice_lite);
    EXPECT_EQ(again->media[0].candidates.size(), 2u);
    EXPECT_EQ(again->media[0].candidates[1].tcp_type, "passive");
    EXPECT_EQ(again->media[1].rtx_groups, sdp.media[1].rtx_groups);
    EXPECT_EQ(again->media[1].codecs.size(), sdp.media[1].codecs.size());
    EXPECT_EQ(again->media[1].simulcast_send_rids, sdp.media[1].simulcast_send_rids);
    EXPECT_EQ(again->media[0].sources[0].msid, sdp.media[0].sources[0].msid);
}

TEST(Sdp, WritesRejectedSectionsWithPortZeroAndNoTransport) {
    auto sdp = *parse_sdp(vectors::kChromiumReceiveOffer);
    for (auto& media : sdp.media) media.rejected = true;
    const auto text = write_sdp(sdp);
    EXPECT_THAT(text, HasSubstr("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n"));
    EXPECT_THAT(text, HasSubstr("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
    EXPECT_THAT(text, HasSubstr("a=mid:2\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("ice-ufrag")));
}

TEST(Sdp, ParsesOrRefusesEveryTruncation) {
    for (const auto offer : {vectors::kChromiumPublishOffer, vectors::kChromiumReceiveOffer,
                             vectors::kWebrtcbinOffer}) {
        for (std::size_t size = 0; size < offer.size(); ++size) {
            const std::string cut(offer.substr(0, size));
            const auto sdp = parse_sdp(cut);
            if (sdp) {
                EXPECT_LE(sdp->media.size(), 3u);
            }
            parse_sdp_fragment(cut);
        }
    }
}

TEST(Sdp, RefusesWhatIsMalformedAndNamesTheLine) {
    const auto error_of = [](std::string_view text) {
        const auto sdp = parse_sdp(text);
        return sdp ? std::string("accepted") : sdp.error().text;
    };
    EXPECT_THAT(error_of(""), HasSubstr("v=0"));
    EXPECT_THAT(error_of("v=1\n"), HasSubstr("line 1"));
    EXPECT_THAT(error_of("v=0\nhello\n"), HasSubstr("line 2"));
    EXPECT_THAT(error_of("v=0\n\nm=audio x RTP 0\n"), HasSubstr("line 3"));
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 128\n"), HasSubstr("payload type"));
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 96\na=rtpmap:96 opus\n"), HasSubstr("clock rate"));
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 0\na=candidate:1 1 udp\n"), HasSubstr("candidate"));
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 0\na=ice-pwd:short\n"), HasSubstr("ice-pwd"));
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 0\na=ssrc:99999999999 cname:a\n"), HasSubstr("ssrc"));
    // A bare CR would end the line for whoever reads what we write.
    EXPECT_THAT(error_of("v=0\nm=audio 9 RTP 0\na=mid:0\ra=evil\n"), HasSubstr("control"));
}

TEST(Sdp, RefusesWhatIsTooLarge) {
    const auto code_of = [](const std::string& text) { return parse_sdp(text).error().code; };
    EXPECT_EQ(code_of(std::string(kMaxSdpBytes + 1, 'a')), base::Errc::TooLarge);

    std::string sections = "v=0\n";
    for (int i = 0; i < 65; ++i) sections += "m=audio 9 RTP/SAVPF 0\n";
    EXPECT_EQ(code_of(sections), base::Errc::TooLarge);

    std::string codecs = "v=0\nm=audio 9 RTP/SAVPF";
    for (int i = 0; i < 129; ++i) codecs += " " + std::to_string(i % 128);
    EXPECT_EQ(code_of(codecs + "\n"), base::Errc::TooLarge);

    std::string sources = "v=0\nm=audio 9 RTP/SAVPF 0\n";
    for (int i = 0; i < 65; ++i) sources += "a=ssrc:" + std::to_string(i) + " cname:a\n";
    EXPECT_EQ(code_of(sources), base::Errc::TooLarge);

    EXPECT_EQ(code_of("v=0\nm=text 9 RTP/SAVPF 0\n"), base::Errc::Unsupported);
}

TEST(SdpFragment, ReadsWhichCertificateItIsAbout) {
    const auto fragment = parse_sdp_fragment("a=ice-ufrag:EsAw\r\na=fingerprint:SHA-256 ab:0C\r\n");
    ASSERT_TRUE(fragment) << fragment.error().text;
    EXPECT_EQ(fragment->fingerprint_algorithm, "sha-256");
    EXPECT_EQ(fragment->fingerprint, "AB:0C");
    EXPECT_TRUE(parse_sdp_fragment("a=ice-ufrag:EsAw\r\n")->fingerprint.empty());
    for (const char* bad : {"", "sha-256", "sha-256 xy", " ab"}) {
        EXPECT_EQ(parse_sdp_fragment(std::string("a=fingerprint:") + bad + "\r\n").error().code,
                  base::Errc::Malformed)
            << bad;
    }
}

TEST(SdpFragment, ReadsATrickleFragmentAndWhatItWrote) {
    const auto fragment = parse_sdp_fragment(
        "a=group:BUNDLE 0 1\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
        "a=mid:0\r\n"
        "a=ice-ufrag:EsAw\r\n"
        "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
        "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r\n"
        "a=candidate:3471623853 1 TCP 1518280447 192.0.2.1 9 typ host tcptype active\r\n"
        "a=candidate:5 2 udp 1 192.0.2.1 61765 typ host\r\n"
        "a=end-of-candidates\r\n");
    ASSERT_TRUE(fragment) << fragment.error().text;
    EXPECT_EQ(fragment->ice_ufrag, "EsAw");
    EXPECT_EQ(fragment->mid, "0");
    ASSERT_EQ(fragment->candidates.size(), 2u);  // component 2 is left out
    EXPECT_EQ(fragment->candidates[0].address, Endpoint::v4(192, 0, 2, 1, 61764));
    EXPECT_EQ(fragment->candidates[1].transport, Transport::Tcp);
    EXPECT_EQ(fragment->candidates[1].tcp_type, "active");
    EXPECT_TRUE(fragment->end_of_candidates);

    const auto text = write_sdp_fragment(*fragment);
    const auto again = parse_sdp_fragment(text);
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(write_sdp_fragment(*again), text);
    EXPECT_EQ(again->candidates.size(), 2u);
    EXPECT_FALSE(parse_sdp_fragment("a=ice-ufrag:a\r\n"));
}

}  // namespace
}  // namespace sightline::wire
