#include "media/sfu/negotiation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::sfu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kFingerprint[] =
    "D2:B9:31:8F:DF:24:D8:0E:ED:D2:EF:25:9E:AF:6F:B8:34:AE:53:9C:E6:F3:8F:F2:64:15:FA:E8:7F:53:2D:"
    "38";

// What Chromium writes for addTransceiver(audio, sendonly) and addTransceiver(video, sendonly),
// shortened to two of its many video codecs.
std::string chromium_publish() {
    return std::string(
               "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
               "a=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS stream\r\n"
               "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0\r\nc=IN IP4 0.0.0.0\r\n"
               "a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:x5Xj\r\n"
               "a=ice-pwd:0DO2IbYqXk3sWcNRVB9UmPhZ\r\na=ice-options:trickle\r\n"
               "a=fingerprint:sha-256 ") +
           kFingerprint +
           "\r\na=setup:actpass\r\na=mid:0\r\n"
           "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
           "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
           "a=extmap:3 "
           "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
           "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
           "a=sendonly\r\na=msid:stream audio-track\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
           "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n"
           "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n"
           "a=fmtp:63 111/111\r\na=rtpmap:0 PCMU/8000\r\n"
           "a=ssrc:1001 cname:qwer\r\na=ssrc:1001 msid:stream audio-track\r\n"
           "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103\r\nc=IN IP4 0.0.0.0\r\n"
           "a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:x5Xj\r\n"
           "a=ice-pwd:0DO2IbYqXk3sWcNRVB9UmPhZ\r\na=ice-options:trickle\r\n"
           "a=fingerprint:sha-256 " +
           kFingerprint +
           "\r\na=setup:actpass\r\na=mid:1\r\n"
           "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\n"
           "a=extmap:3 "
           "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
           "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
           "a=sendonly\r\na=msid:stream video-track\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
           "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 transport-cc\r\n"
           "a=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
           "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
           "a=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack\r\n"
           "a=fmtp:102 packetization-mode=1;profile-level-id=42001f\r\n"
           "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
           "a=ssrc-group:FID 2001 2002\r\na=ssrc:2001 cname:qwer\r\n"
           "a=ssrc:2001 msid:stream video-track\r\na=ssrc:2002 cname:qwer\r\n"
           "a=ssrc:2002 msid:stream video-track\r\n";
}

// A GStreamer webrtcbin that receives: no RTX, no transport-cc, active role.
std::string webrtcbin_section(const char* kind, const char* mid, const char* codec) {
    return std::string("m=") + kind + " 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n" +
           "a=setup:active\r\na=ice-ufrag:gstufrag\r\na=ice-pwd:gstgstgstgstgstgstgstgst\r\n"
           "a=rtcp-mux\r\na=rtcp-rsize\r\na=recvonly\r\na=rtpmap:96 " +
           codec + "\r\na=rtcp-fb:96 nack pli\r\na=mid:" + mid + "\r\na=fingerprint:sha-256 " +
           kFingerprint + "\r\n";
}
std::string sdp_head(const char* bundle) {
    return std::string("v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE ") +
           bundle + "\r\n";
}

wire::Sdp parsed(const std::string& text) {
    auto sdp = wire::parse_sdp(text);
    EXPECT_TRUE(sdp.has_value()) << (sdp.has_error() ? sdp.error().text : "");
    return sdp ? *sdp : wire::Sdp{};
}

class Negotiation : public testing::Test {
  protected:
    Negotiation() {
        wire::SdpCandidate candidate;
        candidate.priority = 1;
        candidate.address = wire::Endpoint::v4(192, 0, 2, 1, 7000);
        candidates_.push_back(candidate);
        local_ = {{"hubufrag", "hubpasswordhubpassword22"}, "AA:BB", candidates_};
    }
    base::Result<SubscribeAgreement> subscribe(const std::string& offer, std::size_t max = 16) {
        return negotiate_subscribe(parsed(offer), local_, max, [this] { return ++ssrc_; });
    }

    std::vector<wire::SdpCandidate> candidates_;
    LocalSide local_;
    std::uint32_t ssrc_ = 100;
};

TEST_F(Negotiation, TakesOpusAndVp8OfABrowserAndNothingElse) {
    const auto agreed = negotiate_publish(parsed(chromium_publish()), local_);
    ASSERT_TRUE(agreed.has_value());
    EXPECT_EQ(agreed->remote.credentials.ufrag, "x5Xj");
    EXPECT_EQ(agreed->remote.fingerprint, kFingerprint);

    ASSERT_TRUE(agreed->audio);
    EXPECT_EQ(agreed->audio->payload_type, 111);
    EXPECT_EQ(agreed->audio->ssrc, 1001u);
    EXPECT_FALSE(agreed->audio->nack);
    EXPECT_FALSE(agreed->audio->rtx_payload_type);
    EXPECT_TRUE(agreed->audio->transport_feedback);

    ASSERT_TRUE(agreed->video);
    EXPECT_EQ(agreed->video->payload_type, 96);
    EXPECT_EQ(agreed->video->rtx_payload_type, 97);
    EXPECT_EQ(agreed->video->ssrc, 2001u);
    EXPECT_EQ(agreed->video->rtx_ssrc, 2002u);
    EXPECT_TRUE(agreed->video->nack && agreed->video->pli && agreed->video->fir);
    EXPECT_EQ(agreed->video->transport_sequence_id, 3);
    EXPECT_EQ(agreed->video->mid_id, 4);

    const auto& answer = agreed->answer;
    EXPECT_TRUE(answer.ice_lite);
    EXPECT_THAT(answer.bundle, ElementsAre("0", "1"));
    ASSERT_EQ(answer.media.size(), 2u);
    for (const auto& media : answer.media) {
        EXPECT_EQ(media.direction, wire::Direction::RecvOnly);
        EXPECT_EQ(media.setup, wire::DtlsSetup::Passive);
        EXPECT_TRUE(media.rtcp_mux && media.rtcp_rsize);
        EXPECT_EQ(media.ice_ufrag, "hubufrag");
        EXPECT_EQ(media.fingerprint, "AA:BB");
    }
    ASSERT_EQ(answer.media[0].codecs.size(), 1u);
    EXPECT_EQ(answer.media[0].codecs[0].format, "minptime=10;useinbandfec=1;usedtx=0;cbr=1");
    ASSERT_EQ(answer.media[1].codecs.size(), 2u);
    EXPECT_THAT(answer.media[1].codecs[0].feedback,
                ElementsAre("nack", "nack pli", "ccm fir", "transport-cc"));
    EXPECT_EQ(answer.media[1].codecs[1].rtx_for, 96);
    EXPECT_EQ(answer.media[0].candidates.size(), 1u);
}

TEST_F(Negotiation, WritesAnAnswerThatReadsBackTheSame) {
    const auto agreed = negotiate_publish(parsed(chromium_publish()), local_);
    ASSERT_TRUE(agreed.has_value());
    const std::string text = wire::write_sdp(agreed->answer);
    EXPECT_THAT(text, HasSubstr("a=ice-lite"));
    EXPECT_THAT(text, HasSubstr("a=setup:passive"));
    EXPECT_THAT(text, HasSubstr("a=fmtp:97 apt=96"));
    EXPECT_THAT(text, HasSubstr("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=0;cbr=1"));
    const auto again = parsed(text);
    ASSERT_EQ(again.media.size(), 2u);
    EXPECT_EQ(again.media[1].codecs[1].rtx_for, 96);
    EXPECT_EQ(again.media[0].ice_pwd, "hubpasswordhubpassword22");
}

TEST_F(Negotiation, RejectsASecondVideoAndADataChannelOfAPublisher) {
    auto offer = parsed(chromium_publish());
    offer.media.push_back(offer.media[1]);
    offer.media.back().mid = "2";
    wire::SdpMedia data;
    data.application = true;
    data.protocol = "UDP/DTLS/SCTP";
    data.mid = "3";
    offer.media.push_back(data);
    offer.bundle = {"0", "1", "2", "3"};
    const auto agreed = negotiate_publish(offer, local_);
    ASSERT_TRUE(agreed.has_value());
    ASSERT_EQ(agreed->answer.media.size(), 4u);
    EXPECT_TRUE(agreed->answer.media[2].rejected);
    EXPECT_TRUE(agreed->answer.media[3].rejected);
    EXPECT_THAT(agreed->answer.bundle, ElementsAre("0", "1"));
}

TEST_F(Negotiation, TakesAPublisherWithSoundAlone) {
    auto offer = parsed(chromium_publish());
    offer.media.pop_back();
    offer.bundle = {"0"};
    const auto agreed = negotiate_publish(offer, local_);
    ASSERT_TRUE(agreed.has_value());
    EXPECT_TRUE(agreed->audio);
    EXPECT_FALSE(agreed->video);
}

TEST_F(Negotiation, PairsTheIthAudioWithTheIthVideoInOneStream) {
    const auto agreed =
        subscribe(sdp_head("a0 v0 a1 v1") + webrtcbin_section("audio", "a0", "opus/48000/2") +
                  webrtcbin_section("video", "v0", "VP8/90000") +
                  webrtcbin_section("audio", "a1", "opus/48000/2") +
                  webrtcbin_section("video", "v1", "VP8/90000"));
    ASSERT_TRUE(agreed.has_value()) << agreed.error().text;
    ASSERT_EQ(agreed->slots.size(), 2u);
    const auto& media = agreed->answer.media;
    EXPECT_EQ(media[0].msid, "slot-0 slot-0-audio");
    EXPECT_EQ(media[1].msid, "slot-0 slot-0-video");
    EXPECT_EQ(media[2].msid, "slot-1 slot-1-audio");
    EXPECT_EQ(media[3].msid, "slot-1 slot-1-video");
    EXPECT_EQ(media[2].sources.at(0).cname, "slot-1");
    EXPECT_EQ(media[3].sources.at(0).cname, "slot-1");
    EXPECT_EQ(media[3].sources.at(0).ssrc, agreed->slots[1].video->ssrc);
    EXPECT_EQ(agreed->slots[1].video->mid, "v1");
    for (const auto& section : media) EXPECT_EQ(section.direction, wire::Direction::SendOnly);
}

TEST_F(Negotiation, ServesAClientWithoutRtxAndTransportFeedback) {
    const auto agreed = subscribe(sdp_head("v") + webrtcbin_section("video", "v", "VP8/90000"));
    ASSERT_TRUE(agreed.has_value()) << agreed.error().text;
    const auto& video = *agreed->slots.at(0).video;
    EXPECT_EQ(video.rtx_ssrc, 0u);
    EXPECT_FALSE(video.rtx_payload_type);
    EXPECT_EQ(video.transport_sequence_id, 0);
    EXPECT_TRUE(video.pli);
    EXPECT_FALSE(video.nack);
    EXPECT_FALSE(agreed->slots[0].audio);
    EXPECT_TRUE(agreed->answer.media[0].rtx_groups.empty());
}

TEST_F(Negotiation, GivesARetransmissionStreamItsOwnSsrc) {
    auto offer = parsed(chromium_publish());
    for (auto& media : offer.media) media.direction = wire::Direction::SendRecv;
    const auto agreed = negotiate_subscribe(offer, local_, 16, [this] { return ++ssrc_; });
    ASSERT_TRUE(agreed.has_value());
    const auto& video = *agreed->slots.at(0).video;
    EXPECT_NE(video.rtx_ssrc, 0u);
    EXPECT_NE(video.rtx_ssrc, video.ssrc);
    EXPECT_THAT(agreed->answer.media[1].rtx_groups,
                ElementsAre(std::pair(video.ssrc, video.rtx_ssrc)));
    EXPECT_THAT(wire::write_sdp(agreed->answer), HasSubstr("a=ssrc-group:FID"));
}

TEST_F(Negotiation, RejectsSectionsBeyondTheMaximumOfSlots) {
    const auto agreed =
        subscribe(sdp_head("v0 v1") + webrtcbin_section("video", "v0", "VP8/90000") +
                      webrtcbin_section("video", "v1", "VP8/90000"),
                  1);
    ASSERT_TRUE(agreed.has_value()) << agreed.error().text;
    EXPECT_EQ(agreed->slots.size(), 1u);
    EXPECT_TRUE(agreed->answer.media.at(1).rejected);
}

TEST_F(Negotiation, RefusesWhatItCannotServeAndSaysWhy) {
    const auto refusal = [&](auto change) {
        auto offer = parsed(chromium_publish());
        change(offer);
        const auto agreed = negotiate_publish(offer, local_);
        EXPECT_TRUE(agreed.has_error());
        return agreed.has_error() ? agreed.error() : base::Error(base::Errc::NotFound, "accepted");
    };
    const auto no_codec = refusal([](wire::Sdp& o) {
        for (auto& m : o.media) m.codecs.clear();
    });
    EXPECT_EQ(no_codec.code, base::Errc::Unsupported);
    EXPECT_THAT(no_codec.text, HasSubstr("VP8"));
    EXPECT_THAT(refusal([](wire::Sdp& o) { o.bundle.clear(); }).text, HasSubstr("BUNDLE"));
    EXPECT_THAT(refusal([](wire::Sdp& o) { o.media[1].rtcp_mux = false; }).text,
                HasSubstr("rtcp-mux"));
    EXPECT_THAT(refusal([](wire::Sdp& o) { o.media[0].setup = wire::DtlsSetup::Passive; }).text,
                HasSubstr("setup"));
    EXPECT_THAT(refusal([](wire::Sdp& o) { o.media[0].fingerprint_algorithm = "sha-1"; }).text,
                HasSubstr("sha-256"));
    EXPECT_EQ(refusal([](wire::Sdp& o) { o.media[0].ice_ufrag.clear(); }).code,
              base::Errc::Malformed);
    EXPECT_EQ(refusal([](wire::Sdp& o) { o.media[0].fingerprint.clear(); }).code,
              base::Errc::Malformed);
    EXPECT_THAT(refusal([](wire::Sdp& o) {
                    for (auto& m : o.media) m.direction = wire::Direction::RecvOnly;
                }).text,
                HasSubstr("sendonly"));
}

}  // namespace
}  // namespace sightline::sfu
