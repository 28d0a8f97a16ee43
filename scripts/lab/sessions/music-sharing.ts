/**
 * Music shared by DAAP: Rhythmbox, announced by Avahi, and a client that makes iTunes' requests (curl, because no free player
 * can be controlled without its window).
 */
import { startAvahi } from "../apple/bonjour.ts";
import type { LabSession } from "../lab.ts";

const SETTINGS = `[org/gnome/rhythmbox/plugins]
active-plugins=['daap']
seen-plugins=['daap']
[org/gnome/rhythmbox/sharing]
enable-sharing=true
share-name='Annas Music'
`;

const LIBRARY = `<?xml version="1.0" standalone="yes"?>
<rhythmdb version="2.0">
  <entry type="song">
    <title>Lunch</title><genre>Jingle</genre><artist>Bert</artist><album>Noon</album><duration>1</duration>
    <location>file:///srv/music/lunch.ogg</location><mtime>1704110400</mtime>
    <first-seen>1704110400</first-seen><last-seen>1704110400</last-seen><media-type>application/ogg</media-type>
  </entry>
</rhythmdb>
`;

/** iTunes' order: capabilities, login, updates, databases, songs, logout. */
const AGENT = "iTunes/12.9.5 (Macintosh; OS X 10.14.6)";

export const session: LabSession = {
  name: "music-sharing",
  about: "Rhythmbox shares a song by DAAP on 3689, announced as _daap._tcp; curl asks for it as iTunes does",
  packages: [
    ...["rhythmbox", "rhythmbox-plugins", "xvfb", "dbus", "avahi-daemon", "curl"],
    ...["gstreamer1.0-tools", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good"],
  ],
  rows: ["3689/tcp", "5353/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["mkdir", "-p", "/srv/music", "/srv/root/.config/glib-2.0/settings", "/srv/root/run"]);
    const song = "audiotestsrc num-buffers=20 ! taginject tags=title=Lunch,artist=Bert ! vorbisenc ! oggmux";
    await server.exec([
      "gst-launch-1.0",
      "-q",
      ...song.split(" "),
      "!",
      "filesink",
      "location=/srv/music/lunch.ogg",
    ]);
    await server.exec(["tee", "/srv/root/.config/glib-2.0/settings/keyfile"], { input: SETTINGS });
    await server.exec(["mkdir", "-p", "/srv/root/.local/share/rhythmbox"]);
    await server.exec(["tee", "/srv/root/.local/share/rhythmbox/rhythmdb.xml"], { input: LIBRARY });
    await startAvahi(lab, [{ name: "Lab", type: "_http._tcp", port: 80, text: [] }]);
    await server.start(["Xvfb", ":9", "-screen", "0", "640x480x16", "-nolisten", "tcp"]);
    lab.serves(server, { transport: "tcp", port: 3689, program: "rhythmbox" });
    await server.start(["dbus-run-session", "--", "rhythmbox"], {
      env: {
        DISPLAY: ":9",
        GSETTINGS_BACKEND: "keyfile",
        XDG_RUNTIME_DIR: "/srv/root/run",
        NO_AT_BRIDGE: "1",
      },
    });
    await server.waitForPort("tcp", 3689, 40_000);
    await lab.pause(3_000);
    for (const address of [server.ipv4, `[${server.ipv6}]`]) {
      const ask = (path: string) =>
        client.exec([
          "curl",
          "-s",
          "-S",
          "-g",
          "-A",
          AGENT,
          "-H",
          "Client-DAAP-Version: 3.13",
          "-o",
          "/srv/answer",
          `http://${address}:3689/${path}`,
        ]);
      await ask("server-info");
      await ask("login");
      // The session number is the last item of the response: "mlid", a length of 4, the number.
      const identifier = await client.exec(["sh", "-c", "tail -c 4 /srv/answer | od -An -tu1"]);
      const session = identifier
        .trim()
        .split(/\s+/)
        .reduce((sum, byte) => sum * 256 + Number(byte), 0);
      await ask(`update?session-id=${session}&revision-number=1`);
      await ask(`databases?session-id=${session}`);
      await ask(`databases/1/items?session-id=${session}&meta=dmap.itemname,dmap.itemid,daap.songartist`);
      await ask(`logout?session-id=${session}`);
    }
  },
};
