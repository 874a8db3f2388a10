// A camera that a test can pull out and plug in: a GStreamer source element of the test's own,
// "testcamera", whose state is that of the one SocketOfTestCamera.
#pragma once

#include <gst/base/gstpushsrc.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace sightline::integration {

enum class Plug : std::uint8_t {
    In,
    Out,     // reading fails, as the kernel's driver fails it with ENODEV; so does opening
    Frozen,  // opened, and gives nothing
};
inline std::atomic<Plug> test_camera_plug{Plug::In};

// Adds the element to GStreamer's registry of this process; GStreamer must have been started.
inline void register_test_camera() {
    static constexpr gsize kPictureBytes = gsize{320} * 240 * 3 / 2;
    struct Type {
        static gboolean start(GstBaseSrc* source) {
            if (test_camera_plug != Plug::Out) return TRUE;
            GST_ELEMENT_ERROR(source, RESOURCE, NOT_FOUND, ("Cannot identify device '/dev/test'."),
                              (nullptr));
            return FALSE;
        }
        static gboolean unlock(GstBaseSrc* source) {
            g_atomic_int_set(flushing(source), 1);
            return TRUE;
        }
        static gboolean unlock_stop(GstBaseSrc* source) {
            g_atomic_int_set(flushing(source), 0);
            return TRUE;
        }
        static GstFlowReturn create(GstPushSrc* source, GstBuffer** out) {
            do {
                std::this_thread::sleep_for(std::chrono::milliseconds(40));
                if (g_atomic_int_get(flushing(GST_BASE_SRC(source)))) return GST_FLOW_FLUSHING;
            } while (test_camera_plug == Plug::Frozen);
            if (test_camera_plug == Plug::Out) {
                GST_ELEMENT_ERROR(source, RESOURCE, READ, ("Failed to allocate a buffer"),
                                  ("No such device"));
                return GST_FLOW_ERROR;
            }
            *out = gst_buffer_new_allocate(nullptr, kPictureBytes, nullptr);
            gst_buffer_memset(*out, 0, 128, kPictureBytes);
            return GST_FLOW_OK;
        }
        static gint* flushing(GstBaseSrc* source) {
            return static_cast<gint*>(g_object_get_data(G_OBJECT(source), "flushing"));
        }
        static void set_up_class(gpointer type, gpointer) {
            gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(type), "Test camera",
                                                  "Source/Video", "Can be pulled out", "tests");
            GstCaps* caps =
                gst_caps_from_string("video/x-raw,format=I420,width=320,height=240,framerate=25/1");
            gst_element_class_add_pad_template(
                GST_ELEMENT_CLASS(type),
                gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
            gst_caps_unref(caps);
            GST_BASE_SRC_CLASS(type)->start = start;
            GST_BASE_SRC_CLASS(type)->unlock = unlock;
            GST_BASE_SRC_CLASS(type)->unlock_stop = unlock_stop;
            GST_PUSH_SRC_CLASS(type)->create = create;
        }
        static void set_up(GTypeInstance* instance, gpointer) {
            gst_base_src_set_live(GST_BASE_SRC(instance), TRUE);
            gst_base_src_set_format(GST_BASE_SRC(instance), GST_FORMAT_TIME);
            gst_base_src_set_do_timestamp(GST_BASE_SRC(instance), TRUE);
            g_object_set_data_full(G_OBJECT(instance), "flushing", g_new0(gint, 1), g_free);
        }
    };
    static std::once_flag once;
    std::call_once(once, [] {
        const GType type = g_type_register_static_simple(
            GST_TYPE_PUSH_SRC, "TestCamera", sizeof(GstPushSrcClass), Type::set_up_class,
            sizeof(GstPushSrc), Type::set_up, static_cast<GTypeFlags>(0));
        gst_element_register(nullptr, "testcamera", GST_RANK_NONE, type);
    });
}

}  // namespace sightline::integration
