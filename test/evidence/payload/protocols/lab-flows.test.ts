/** Protocols recognised in the lab's captures, compared with the programs that the lab started. */
import { beforeAll, describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../../../scripts/lab/captured-session.ts";
import { isServiceSide, type Truth } from "../../../../scripts/lab/truth.ts";
import {
  type FlowEnd,
  type RecognisedFlow,
  recogniseFlows,
} from "../../../../scripts/recognition/flow-starts.ts";

/** Protocols of each lab program; programs that speak anything, or nothing with a name here, are left out. */
const SPOKEN: Readonly<Record<string, string>> = {
  Xtigervnc: "rfb",
  "avahi-daemon": "mdns",
  "catalina.sh": "http tls",
  "charon-systemd": "ike esp-udp",
  chronyd: "ntp",
  "cups-lpd": "lpd",
  cupsd: "ipp http",
  dhcpd: "dhcp",
  distccd: "distcc",
  dovecot: "pop3 imap tls",
  exim4: "smtp tls",
  "ganesha.nfsd": "onc-rpc",
  git: "git",
  gtlsserver: "quic",
  icecast2: "http",
  "in.tftpd": "tftp",
  ippeveprinter: "ipp http",
  ipmi_sim: "rmcp",
  kadmind: "onc-rpc kpasswd",
  krb5kdc: "kerberos",
  leafnode: "nntp",
  mariadbd: "mysql",
  memcached: "memcached",
  named: "dns tls",
  nginx: "http http2 tls",
  nmbd: "nbns nbdgm",
  php: "http",
  postgres: "postgresql",
  pptpd: "pptp",
  prosody: "xmpp tls",
  radicale: "http tls",
  rhythmbox: "daap",
  rmiregistry: "rmi",
  rpcbind: "onc-rpc",
  rsyslogd: "syslog",
  slapd: "ldap tls",
  smbd: "smb nbss",
  snmpd: "snmp",
  sshd: "ssh",
  svnserve: "svn",
  telnetd: "telnet",
  tinyproxy: "http",
  turnserver: "stun",
  varnishd: "http",
  vsftpd: "ftp",
  xl2tpd: "l2tp",
};

interface Judged {
  readonly found: RecognisedFlow;
  readonly truth: Truth;
  readonly about: string;
  readonly spoken: readonly string[];
}

function programOf(truth: Truth, transport: string, { address, port }: FlowEnd): string | undefined {
  return truth.services.find(
    (service) =>
      service.transport === transport &&
      service.addresses.includes(address) &&
      service.ports[0] <= port &&
      port <= service.ports[1],
  )?.program;
}

describe("flows of the lab", () => {
  const judged: Judged[] = [];
  beforeAll(async () => {
    for (const name of listCaptured()) {
      const truth = readTruth(name);
      for (const found of await recogniseFlows(`fixtures/lab/${truth.capture}`)) {
        const programs = found.ends.map((end) => programOf(truth, found.transport, end));
        const program = programs[0] ?? programs[1] ?? "";
        const spoken = SPOKEN[program];
        const ends = found.ends.map(({ address, port }) => `${address}:${port}`).join(" ");
        if (spoken === undefined) continue;
        judged.push({ found, truth, spoken: spoken.split(" "), about: `${name} ${program} ${ends}` });
      }
    }
  }, 120_000);

  it("number more than 500", () => {
    expect(judged.length).toBeGreaterThan(500);
  });

  it("are recognised only as protocols of the serving program", () => {
    const wrong = judged.filter(
      ({ found, spoken }) => found.recognition !== null && !spoken.includes(found.recognition.protocol),
    );
    expect(wrong.map(({ about, found }) => `${about}: ${found.recognition?.protocol}`)).toEqual([]);
  });

  it("are recognised if both sides sent payload", () => {
    const both = judged.filter(({ found }) => found.start.sides.every((side) => side.length > 0));
    const missed = both.filter(({ found }) => found.recognition === null);
    const bySession: Record<string, number> = {};
    for (const { truth } of missed) bySession[truth.session] = (bySession[truth.session] ?? 0) + 1;
    expect(bySession).toEqual({
      // The connection continues from another port, in packets with short headers.
      "apple-quic-changes": 2,
      // Truncated before the end of the question and of the hello.
      "fault-snaplen": 4,
      // The transfer uses other ports than the request.
      tftp: 2,
    });
    expect(both.length).toBeGreaterThan(500);
  });

  it("have the client as the asking side", () => {
    const wrong = judged.filter(({ found, truth }) => {
      const asks = found.recognition?.asks ?? null;
      if (asks === null) return false;
      const served = found.ends[asks === 0 ? 1 : 0];
      return !isServiceSide(truth, found.transport, served);
    });
    expect(wrong.map(({ about, found }) => `${about}: ${found.recognition?.protocol}`)).toEqual([]);
  });
});
