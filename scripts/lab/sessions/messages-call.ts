/**
 * Two calls like the audio chats of Messages when it was iChat: SIP, then RTP and RTCP in both directions, on ports of its
 * row and of the row beyond it. baresip on both hosts; SIP's 5060 is not on the list.
 */
import type { Lab, LabHost, LabProcess, LabSession } from "../lab.ts";

const SIP_PORT = 5060;
/** One pair for each phone: it would choose randomly among several, and each run would have different flows. */
const IPV4_PORTS = { client: [16_390, 16_391], server: [16_388, 16_389] } as const;
const IPV6_PORTS = { client: [16_412, 16_413], server: [16_410, 16_411] } as const;
const CALL_SECONDS = 3;

export const session: LabSession = {
  name: "messages-call",
  about: "baresip calls baresip: SIP on 5060, RTP and RTCP within 16388-16391 (IPv4) and 16410-16413 (IPv6)",
  packages: ["baresip-core"],
  rows: ["16384-16403/udp", "16403-16472/udp"],
  format: "pcap",
  // The headers of the audio suffice.
  snaplen: 160,
  async run(lab) {
    const { client, server } = lab;
    lab.serves(server, { transport: "udp", port: SIP_PORT, program: "baresip" });
    for (const [caller, called, ports] of [
      [client.ipv4, server.ipv4, IPV4_PORTS],
      [`[${client.ipv6}]`, `[${server.ipv6}]`, IPV6_PORTS],
    ] as const) {
      lab.serves(client, { transport: "udp", port: ports.client, program: "baresip" });
      lab.serves(server, { transport: "udp", port: ports.server, program: "baresip" });
      const answering = await startPhone(lab, server, `bert@${called}`, ports.server, [
        "-t",
        String(CALL_SECONDS + 3),
      ]);
      await server.waitForPort("udp", SIP_PORT);
      const dial = ["-e", `d sip:bert@${called}`, "-t", String(CALL_SECONDS)];
      const calling = await startPhone(lab, client, `anna@${caller}`, ports.client, dial);
      await calling.waitFor("terminated", 2 * CALL_SECONDS * 1000);
      await answering.waitFor("unloading modules", 10_000);
    }
  },
};

/** A phone at a SIP address of its host, which answers at once and plays a 440 Hz tone. */
async function startPhone(
  lab: Lab,
  host: LabHost,
  address: string,
  ports: readonly [first: number, last: number],
  options: readonly string[],
): Promise<LabProcess> {
  const family = address.includes("[") ? "-6" : "-4";
  const folder = `phone-${host.name}-${ports[0]}`;
  await lab.write(
    `${folder}/config`,
    `sip_listen ${address.split("@")[1]}:${SIP_PORT}
audio_player aubridge,loop
audio_source ausine,440
audio_alert aubridge,alert
ausrc_srate 48000
ausrc_channels 2
rtp_ports ${ports.join("-")}
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module_tmp account.so
module_app menu.so
`,
  );
  await lab.write(
    `${folder}/accounts`,
    `<sip:${address}>;regint=0;answermode=auto;ptime=60;audio_codecs=PCMU/8000/1\n`,
  );
  return host.start(["baresip", "-f", `${lab.folder}/${folder}`, "-n", "eth0", family, "-v", ...options]);
}
