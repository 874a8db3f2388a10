#include "tests/integration/webrtcbin_peer.h"

#define GST_USE_UNSTABLE_API  // webrtcbin's library is called that, and has not changed for years
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include <stdexcept>
#include <thread>

namespace sightline::testing {
namespace {

constexpr char kPublisher[] =
    "webrtcbin name=peer bundle-policy=max-bundle "
    "audiotestsrc is-live=true freq=440 ! audio/x-raw,rate=48000,channels=2 ! opusenc ! "
    "rtpopuspay pt=97 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer. "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1 ! "
    "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay pt=96 ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! peer. ";
constexpr char kSubscriber[] = "webrtcbin name=peer bundle-policy=max-bundle";
constexpr char kAudioCaps[] =
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,"
    "encoding-params=(string)2";
constexpr char kVideoCaps[] =
    "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
    "rtcp-fb-nack-pli=true";

void add_receiver(GstElement* webrtcbin, const char* caps_text) {
    GstCaps* caps = gst_caps_from_string(caps_text);
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_signal_emit_by_name(webrtcbin, "add-transceiver",
                          GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
    gst_caps_unref(caps);
    if (transceiver != nullptr) gst_object_unref(transceiver);
}

GstPadProbeReturn count(GstPad*, GstPadProbeInfo*, gpointer counter) {
    ++*static_cast<std::atomic<std::uint64_t>*>(counter);
    return GST_PAD_PROBE_OK;
}

bool knows_what_it_sends(GstElement* webrtcbin) {
    bool all = true;
    GstIterator* pads = gst_element_iterate_sink_pads(webrtcbin);
    GValue item = G_VALUE_INIT;
    while (gst_iterator_next(pads, &item) == GST_ITERATOR_OK) {
        GstCaps* caps = gst_pad_get_current_caps(GST_PAD(g_value_get_object(&item)));
        all = all && caps != nullptr;
        if (caps != nullptr) gst_caps_unref(caps);
        g_value_reset(&item);
    }
    g_value_unset(&item);
    gst_iterator_free(pads);
    return all;
}

// Emits an action that answers through a promise, and waits for the answer.
GstPromise* ask(GstElement* webrtcbin, const char* action, gpointer argument) {
    GstPromise* promise = gst_promise_new();
    g_signal_emit_by_name(webrtcbin, action, argument, promise);
    gst_promise_wait(promise);
    return promise;
}

}  // namespace

WebrtcbinPeer::WebrtcbinPeer(const char* description) {
    gst_init(nullptr, nullptr);
    GError* error = nullptr;
    pipeline_ = gst_parse_launch_full(description, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (pipeline_ != nullptr && !GST_IS_PIPELINE(pipeline_)) {
        // A description of one element makes no pipeline.
        GstElement* only = pipeline_;
        pipeline_ = gst_pipeline_new(nullptr);
        gst_bin_add(GST_BIN(pipeline_), only);
    }
    if (pipeline_ == nullptr) {
        const std::string reason = error == nullptr ? "unknown" : error->message;
        g_clear_error(&error);
        throw std::runtime_error("GStreamer cannot make the peer: " + reason);
    }
    webrtcbin_ = gst_bin_get_by_name(GST_BIN(pipeline_), "peer");
    g_signal_connect(webrtcbin_, "pad-added", G_CALLBACK(on_pad), this);
}

WebrtcbinPeer::~WebrtcbinPeer() {
    gst_element_set_state(pipeline_, GST_STATE_NULL);
    gst_object_unref(webrtcbin_);
    gst_object_unref(pipeline_);
}

std::unique_ptr<WebrtcbinPeer> WebrtcbinPeer::publisher() {
    return std::unique_ptr<WebrtcbinPeer>(new WebrtcbinPeer(kPublisher));
}

std::unique_ptr<WebrtcbinPeer> WebrtcbinPeer::subscriber(int slots) {
    std::unique_ptr<WebrtcbinPeer> peer(new WebrtcbinPeer(kSubscriber));
    gst_element_set_state(peer->pipeline_, GST_STATE_READY);
    for (int slot = 0; slot < slots; ++slot) {
        add_receiver(peer->webrtcbin_, kAudioCaps);
        add_receiver(peer->webrtcbin_, kVideoCaps);
    }
    return peer;
}

std::string WebrtcbinPeer::make_offer(std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    gst_element_set_state(pipeline_, GST_STATE_PLAYING);
    // An offer made before the encoders have said what they send would lack those codecs.
    while (!knows_what_it_sends(webrtcbin_)) {
        if (std::chrono::steady_clock::now() > until) return "";
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    GstPromise* promise = ask(webrtcbin_, "create-offer", nullptr);
    GstWebRTCSessionDescription* offer = nullptr;
    const GstStructure* reply = gst_promise_get_reply(promise);
    if (reply != nullptr) {
        gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
    }
    gst_promise_unref(promise);
    if (offer == nullptr) return "";
    gst_promise_unref(ask(webrtcbin_, "set-local-description", offer));
    gst_webrtc_session_description_free(offer);

    // WHIP without trickle: the offer carries all candidates.
    for (;;) {
        GstWebRTCICEGatheringState gathering{};
        g_object_get(webrtcbin_, "ice-gathering-state", &gathering, nullptr);
        if (gathering == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) break;
        if (std::chrono::steady_clock::now() > until) return "";
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    GstWebRTCSessionDescription* local = nullptr;
    g_object_get(webrtcbin_, "local-description", &local, nullptr);
    if (local == nullptr) return "";
    gchar* text = gst_sdp_message_as_text(local->sdp);
    std::string sdp = text;
    g_free(text);
    gst_webrtc_session_description_free(local);
    return sdp;
}

void WebrtcbinPeer::take_answer(const std::string& sdp) {
    GstSDPMessage* message = nullptr;
    if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) {
        throw std::runtime_error("GStreamer cannot read the hub's answer");
    }
    GstWebRTCSessionDescription* answer =
        gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
    GstPromise* promise = ask(webrtcbin_, "set-remote-description", answer);
    gst_webrtc_session_description_free(answer);
    const GstStructure* reply = gst_promise_get_reply(promise);
    GError* error = nullptr;
    if (reply != nullptr) gst_structure_get(reply, "error", G_TYPE_ERROR, &error, nullptr);
    gst_promise_unref(promise);
    if (error == nullptr) return;
    const std::string reason = error->message;
    g_error_free(error);
    throw std::runtime_error("webrtcbin refuses the hub's answer: " + reason);
}

bool WebrtcbinPeer::is_connected() const {
    GstWebRTCPeerConnectionState state{};
    g_object_get(webrtcbin_, "connection-state", &state, nullptr);
    return state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}

std::string WebrtcbinPeer::error() const {
    GstBus* bus = gst_element_get_bus(pipeline_);
    GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
    gst_object_unref(bus);
    if (message == nullptr) return "";
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    std::string text = error->message;
    g_error_free(error);
    gst_message_unref(message);
    return text;
}

// A source pad of webrtcbin is one received section: decode it, and count what comes out.
void WebrtcbinPeer::on_pad(GstElement*, GstPad* pad, WebrtcbinPeer* self) {
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
    GstCaps* caps = gst_pad_get_current_caps(pad);
    if (caps == nullptr) return;
    const gchar* media = gst_structure_get_string(gst_caps_get_structure(caps, 0), "media");
    const bool video = media != nullptr && std::string(media) == "video";
    gst_caps_unref(caps);
    GstElement* decoder = gst_parse_bin_from_description(
        video ? "rtpvp8depay ! vp8dec name=decoder ! fakesink sync=false"
              : "rtpopusdepay ! opusdec name=decoder ! fakesink sync=false",
        TRUE, nullptr);
    GstElement* last = gst_bin_get_by_name(GST_BIN(decoder), "decoder");
    GstPad* decoded = gst_element_get_static_pad(last, "src");
    gst_pad_add_probe(decoded, GST_PAD_PROBE_TYPE_BUFFER, count,
                      video ? &self->pictures_ : &self->sounds_, nullptr);
    gst_object_unref(decoded);
    gst_object_unref(last);
    gst_bin_add(GST_BIN(self->pipeline_), decoder);
    gst_element_sync_state_with_parent(decoder);
    GstPad* sink = gst_element_get_static_pad(decoder, "sink");
    gst_pad_link(pad, sink);
    gst_object_unref(sink);
}

}  // namespace sightline::testing
