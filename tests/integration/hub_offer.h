// What a browser sends to WHIP and WHEP, as text: offers with as many pairs of sections as a test
// wants, and the headers that belong to them.
#pragma once

#include <string>

namespace sightline::integration {

inline constexpr const char* kSdpType = "Content-Type: application/sdp\r\n";
inline constexpr const char* kFragmentType = "Content-Type: application/trickle-ice-sdpfrag\r\n";

inline std::string bearer(const std::string& token) {
    return "Authorization: Bearer " + token + "\r\n";
}

inline std::string section(const std::string& kind, int mid, const std::string& direction,
                           const std::string& ufrag) {
    const bool audio = kind == "audio";
    std::string text = "m=" + kind + " 9 UDP/TLS/RTP/SAVPF " + (audio ? "111" : "96 97") +
                       "\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:" + ufrag +
                       "\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\n"
                       "a=fingerprint:sha-256 "
                       "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:"
                       "99:AA:BB:CC:DD:EE:FF\r\na=setup:actpass\r\na=mid:" +
                       std::to_string(mid) +
                       "\r\na=extmap:3 http://www.ietf.org/id/"
                       "draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
                       "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=" +
                       direction + "\r\na=rtcp-mux\r\na=rtcp-rsize\r\n";
    if (audio) {
        text +=
            "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n"
            "a=fmtp:111 minptime=10;useinbandfec=1\r\n";
    } else {
        text +=
            "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 transport-cc\r\n"
            "a=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
            "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
    }
    if (direction == "sendonly") {
        text += "a=msid:stream " + kind + "\r\na=ssrc:" + std::to_string(1000 + mid) +
                " cname:c\r\na=ssrc:" + std::to_string(1000 + mid) + " msid:stream " + kind +
                "\r\n";
    }
    return text;
}
inline std::string offer(const std::string& direction, int pairs,
                         const std::string& ufrag = "abcd") {
    std::string bundle, media;
    for (int i = 0; i < 2 * pairs; ++i) {
        bundle += " " + std::to_string(i);
        media += section(i % 2 == 0 ? "audio" : "video", i, direction, ufrag);
    }
    return "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE" +
           bundle + "\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n" + media;
}

}  // namespace sightline::integration
