/** RTSP on 7070, QuickTime Streaming Server's second port: the stream over UDP, then interleaved in RTSP. */
import { fileURLToPath } from "node:url";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "rtsp-alternate",
  about: "GStreamer's RTSP server on 7070: a moment of sound by RTP over UDP (IPv6) and within RTSP (IPv4)",
  packages: [
    ...["gir1.2-gst-rtsp-server-1.0", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good"],
    ...["gstreamer1.0-tools", "python3-gi"],
  ],
  rows: ["7070/tcp", "6970-9999/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    const program = fileURLToPath(new URL("../programs/rtsp-server.py", import.meta.url));
    const rtspServer = await server.start(["/usr/bin/python3", program, "7070"]);
    await rtspServer.waitFor("listening", 30_000);
    lab.serves(server, { transport: "tcp", port: 7070, program: "/usr/bin/python3" });
    lab.serves(server, { transport: "udp", port: [6970, 6979], program: "/usr/bin/python3" });
    for (const [host, way] of [
      [server.ipv4, "tcp"],
      [`[${server.ipv6}]`, "udp"],
    ]) {
      const source = ["rtspsrc", `location=rtsp://${host}:7070/tone`, `protocols=${way}`, "latency=0"];
      const player = await client.start([
        "gst-launch-1.0",
        "-e",
        ...source,
        "!",
        "fakesink",
        "silent=false",
        "-v",
      ]);
      await player.waitFor("chain", 20_000);
      await lab.pause(500);
      await player.stop("SIGINT");
    }
  },
};
