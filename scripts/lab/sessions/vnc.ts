/** A small screen viewed over VNC (RFB 003.008): TigerVNC's server, and two screenshots of it by gtk-vnc. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "vnc",
  about: "Xtigervnc serves a 64x48 screen on 5900; gvnccapture takes a picture of it over IPv4 and IPv6",
  packages: ["tigervnc-standalone-server", "gvncviewer"],
  rows: ["5900/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    lab.serves(server, { transport: "tcp", port: 5900, program: "Xtigervnc" });
    const screen = ["-geometry", "64x48", "-depth", "16", "-desktop", "lab"];
    await server.start(["Xtigervnc", ":7", "-rfbport", "5900", "-SecurityTypes", "None", ...screen]);
    await server.waitForPort("tcp", 5900);
    // gvnccapture parses HOST:DISPLAY, so an IPv6 address has to be given by name.
    for (const address of [server.ipv4, server.ipv6]) {
      await client.exec(["tee", "/etc/hosts"], { input: `${address} screen.example\n` });
      await client.exec(["gvnccapture", "-q", "screen.example:0", `${folder}/screen.png`]);
    }
  },
};
