"""An RTSP server by GStreamer's library with one stream, a tone at /tone; its RTP comes from ports 6970 to 6979.

Listens on every address, on the port given as argument, and prints "listening".
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("::")
server.set_service(sys.argv[1])
pool = GstRtspServer.RTSPAddressPool()
pool.add_range("0.0.0.0", "0.0.0.0", 6970, 6979, 0)
pool.add_range("::", "::", 6970, 6979, 0)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_address_pool(pool)
factory.set_launch(
    "( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc"
    " ! rtppcmupay name=pay0 pt=0 min-ptime=100000000 )"
)
server.get_mount_points().add_factory("/tone", factory)
server.attach(None)
print("listening", flush=True)
GLib.MainLoop().run()
