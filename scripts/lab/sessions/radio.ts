/** Internet radio: a station streams to icecast, a listener receives a moment of it. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "radio",
  about: "icecast: curl feeds a stream and others listen, on 8000 (IPv4) and 42000 (IPv6)",
  packages: ["icecast2", "curl"],
  rows: ["8000-8999/tcp", "42000-42999/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    const configuration = await lab.write(
      "icecast.xml",
      `<icecast>
  <hostname>radio.example</hostname>
  <limits><clients>10</clients><sources>2</sources><burst-size>4096</burst-size></limits>
  <authentication><source-password>lab-password</source-password></authentication>
  <listen-socket><port>8000</port></listen-socket>
  <listen-socket><port>42000</port><bind-address>::</bind-address></listen-socket>
  <paths>
    <basedir>/usr/share/icecast2</basedir><webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot><logdir>/srv</logdir>
  </paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog></logging>
  <security><chroot>0</chroot></security>
</icecast>
`,
    );
    await server.exec(["chmod", "777", "/srv"]);
    lab.serves(server, { transport: "tcp", port: 8000, program: "icecast2" });
    lab.serves(server, { transport: "tcp", port: 42_000, program: "icecast2" });
    await server.start(["runuser", "-u", "icecast2", "--", "icecast2", "-c", configuration]);
    await server.waitForPort("tcp", 42_000);
    // Nobody decodes it: as many bytes as a second of audio at 32 kbit/s.
    const sound = await lab.write("sound.mp3", "\u0055".repeat(4_000));
    for (const url of [`http://${server.ipv4}:8000/lunch`, `http://[${server.ipv6}]:42000/dinner`]) {
      const source = ["curl", "-s", "-g", "-u", "source:lab-password", "-H", "Content-Type: audio/mpeg"];
      const feed = `(for i in 1 2 3; do cat ${sound}; sleep 0.5; done) | ${source.map((word) => `'${word}'`).join(" ")} -T - '${url}'`;
      const station = await client.start(["sh", "-c", feed]);
      await lab.pause(700);
      await client.exec(
        ["curl", "-s", "-g", "-m", "1.5", "-A", "AppleCoreMedia/1.0.0", "-o", "/dev/null", url],
        {
          allowedStatuses: [28],
        },
      );
      await station.stop();
    }
  },
};
