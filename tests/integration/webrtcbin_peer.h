// A WHIP publisher or WHEP subscriber made of GStreamer's webrtcbin: a WebRTC client that this
// project did not write, with its own ICE (libnice), DTLS and SRTP. Used from the test's thread;
// GStreamer's threads only count.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sightline::testing {

class WebrtcbinPeer {
  public:
    /// A drawn picture in VP8 and a tone in Opus, sent only.
    static std::unique_ptr<WebrtcbinPeer> publisher();
    /// `slots` audio and `slots` video sections, received only; what arrives is decoded.
    static std::unique_ptr<WebrtcbinPeer> subscriber(int slots);
    ~WebrtcbinPeer();
    WebrtcbinPeer(const WebrtcbinPeer&) = delete;
    WebrtcbinPeer& operator=(const WebrtcbinPeer&) = delete;

    /// The complete offer with its candidates; empty when webrtcbin made none in time.
    std::string make_offer(std::chrono::seconds limit);
    void take_answer(const std::string& sdp);

    bool is_connected() const;
    std::uint64_t pictures() const { return pictures_; }  // decoded
    std::uint64_t sounds() const { return sounds_; }      // decoded blocks
    std::string error() const;                            // the pipeline's complaint, or empty

  private:
    explicit WebrtcbinPeer(const char* description);
    static void on_pad(GstElement* webrtcbin, GstPad* pad, WebrtcbinPeer* self);

    GstElement* pipeline_ = nullptr;
    GstElement* webrtcbin_ = nullptr;
    std::atomic<std::uint64_t> pictures_ = 0;
    std::atomic<std::uint64_t> sounds_ = 0;
};

}  // namespace sightline::testing
