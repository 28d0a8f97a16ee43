/**
 * AirPlay 1 between free implementations: PulseAudio's RAOP sink plays half a second to shairport-sync. RTSP on 5000, then
 * audio, control and timing on negotiated UDP ports; the list has none of these ports.
 */
import { startAvahi } from "../apple/bonjour.ts";
import type { LabSession } from "../lab.ts";

const FIRST_UDP_PORT = 6001;
const LAST_UDP_PORT = 6010;
/** 16-bit stereo at 44.1 kHz. */
const BYTES_PER_SECOND = 176_400;

export const session: LabSession = {
  name: "airplay",
  about:
    "shairport-sync, announced by avahi, receives half a second of sound from PulseAudio's module-raop-sink (AirPlay 1)",
  packages: [
    "shairport-sync",
    "avahi-daemon",
    "dbus",
    "pulseaudio",
    "pulseaudio-utils",
    "pulseaudio-module-raop",
  ],
  rows: ["5353/udp"],
  format: "pcap",
  // The audio is noise: its headers suffice.
  snaplen: 512,
  async run(lab) {
    const { client, folder, server } = lab;
    await startAvahi(lab, [{ name: "Lab", type: "_http._tcp", port: 80, text: [] }]);
    const configuration = await lab.write(
      "shairport-sync.conf",
      `general = { name = "Living Room"; port = 5000; output_backend = "dummy";
  udp_port_base = ${FIRST_UDP_PORT}; udp_port_range = ${LAST_UDP_PORT - FIRST_UDP_PORT + 1}; };
metadata = { enabled = "no"; };
`,
    );
    lab.serves(server, { transport: "tcp", port: 5000, program: "shairport-sync" });
    lab.serves(server, {
      transport: "udp",
      port: [FIRST_UDP_PORT, LAST_UDP_PORT],
      program: "shairport-sync",
    });
    await server.start(["shairport-sync", "-u", "-c", configuration]);
    await server.waitForPort("tcp", 5000);

    const socket = `${folder}/pulse`;
    const sink = `module-raop-sink server=${server.ipv4}:5000 protocol=UDP encryption=none codec=PCM`;
    const player = await client.start(
      [
        ...["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "-v"],
        ...["--load", `module-native-protocol-unix auth-anonymous=1 socket=${socket}`, "--load", sink],
      ],
      { env: { XDG_RUNTIME_DIR: "/srv/root" } },
    );
    await player.waitFor("Daemon startup complete");
    const sound = await lab.write("sound.raw", "\u0000".repeat(BYTES_PER_SECOND / 2));
    await client.exec([
      "pacat",
      "-s",
      `unix:${socket}`,
      "--rate=44100",
      "--channels=2",
      "--format=s16le",
      sound,
    ]);
    await lab.pause(500);
    await player.stop();
    await lab.pause(500);
  },
};
