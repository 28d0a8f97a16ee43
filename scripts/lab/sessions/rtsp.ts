/** RTSP with its stream in separate datagrams, and interleaved with the requests. */
import { fileURLToPath } from "node:url";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "rtsp",
  about:
    "GStreamer's RTSP server and client: a second of sound by RTP over UDP (IPv4) and within RTSP (IPv6)",
  packages: [
    "gir1.2-gst-rtsp-server-1.0",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-tools",
    "python3-gi",
  ],
  rows: ["554/tcp", "6970-9999/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const program = fileURLToPath(new URL("../programs/rtsp-server.py", import.meta.url));
    const rtspServer = await server.start(["/usr/bin/python3", program, "554"]);
    await rtspServer.waitFor("listening", 30_000);
    lab.serves(server, { transport: "tcp", port: 554, program: "/usr/bin/python3" });
    lab.serves(server, { transport: "udp", port: [6970, 6979], program: "/usr/bin/python3" });
    for (const [host, way] of [
      [server.ipv4, "udp"],
      [`[${server.ipv6}]`, "tcp"],
    ]) {
      const source = ["rtspsrc", `location=rtsp://${host}/tone`, `protocols=${way}`, "latency=0"];
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
      await lab.pause(1000);
      await player.stop("SIGINT");
    }
  },
};
