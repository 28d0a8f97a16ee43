/**
 * Recognised protocols of real programs, compared with the programs that the lab started; and the service side without
 * connection-opening packets.
 */
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../scripts/lab/captured-session.ts";
import { addScores, scoreSession } from "../../scripts/lab/score.ts";
import type { Truth } from "../../scripts/lab/truth.ts";
import { type RecognisedFlow, recogniseFlows } from "../../scripts/recognition/flow-starts.ts";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const MAX_FLOWS = 2_000;

/** Protocols of lab programs by port. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  "tcp/21": ["ftp"],
  "tcp/22": ["ssh"],
  "tcp/23": ["telnet"],
  "tcp/25": ["smtp"],
  "udp/53": ["dns"],
  "tcp/53": ["dns"],
  "udp/67": ["dhcp"],
  "udp/69": ["tftp"],
  "tcp/80": ["http"],
  "tcp/88": ["kerberos"],
  "udp/88": ["kerberos"],
  "tcp/110": ["pop3"],
  "tcp/111": ["onc-rpc"],
  "udp/111": ["onc-rpc"],
  "tcp/119": ["nntp"],
  "udp/123": ["ntp"],
  "udp/137": ["nbns"],
  "udp/138": ["nbdgm"],
  "tcp/139": ["nbss", "smb"],
  "tcp/143": ["imap"],
  "udp/161": ["snmp"],
  "tcp/389": ["ldap"],
  "udp/427": ["slp"],
  "tcp/443": ["tls"],
  "udp/443": ["quic"],
  "tcp/445": ["smb"],
  "tcp/464": ["kpasswd"],
  "tcp/465": ["tls"],
  "udp/500": ["ike"],
  "udp/514": ["syslog"],
  "tcp/515": ["lpd"],
  "tcp/554": ["rtsp"],
  "tcp/587": ["smtp"],
  "udp/623": ["rmcp"],
  "tcp/631": ["ipp"],
  "tcp/636": ["tls"],
  "tcp/749": ["onc-rpc"],
  "tcp/853": ["tls"],
  "tcp/892": ["onc-rpc"],
  "udp/892": ["onc-rpc"],
  "tcp/993": ["tls"],
  "tcp/995": ["tls"],
  "tcp/1099": ["rmi"],
  "udp/1701": ["l2tp"],
  "tcp/1723": ["pptp"],
  "udp/1900": ["ssdp"],
  "tcp/2049": ["onc-rpc"],
  "udp/2049": ["onc-rpc"],
  "tcp/3306": ["mysql"],
  "udp/3478": ["stun"],
  "udp/3479": ["stun"],
  "tcp/3632": ["distcc"],
  "tcp/3689": ["daap"],
  "tcp/3690": ["svn"],
  "udp/4500": ["ike"],
  "tcp/5000": ["raop"],
  "udp/5060": ["sip"],
  "tcp/5222": ["xmpp"],
  "tcp/5223": ["tls"],
  "udp/5350": ["nat-pmp", "pcp"],
  "udp/5351": ["nat-pmp", "pcp"],
  "udp/5353": ["mdns"],
  "tcp/5432": ["postgresql"],
  "tcp/5900": ["rfb"],
  "udp/6003": ["rtp"],
  "udp/6970": ["rtp"],
  "udp/6972": ["rtp"],
  "tcp/7000": ["airplay"],
  "tcp/7070": ["rtsp"],
  "tcp/8000": ["http"],
  "tcp/8008": ["http"],
  "tcp/8080": ["http"],
  "tcp/8085": ["http"],
  "tcp/8087": ["http"],
  "tcp/8443": ["tls"],
  "tcp/8800": ["http"],
  "tcp/8843": ["tls"],
  "tcp/9006": ["http"],
  "tcp/9418": ["git"],
  "tcp/11211": ["memcached"],
  "tcp/16080": ["http"],
  "udp/16384": ["rtp"],
  "udp/16386": ["rtp"],
  "udp/16388": ["rtp"],
  "udp/16389": ["rtcp"],
  "udp/16393": ["rtp"],
  "udp/16410": ["rtp"],
  "udp/16411": ["rtcp"],
  "tcp/24000": ["http"],
  "tcp/42000": ["http"],
};

/** Ports on which a session's program speaks another protocol than usual there; null: made-up text of the lab. */
const OTHERWISE: Readonly<Record<string, readonly string[] | null>> = {
  "trap-5223-not-push tcp/5223": ["tls"],
};

/** Sessions whose programs send made-up text of the lab on other programs' ports. */
const TRAPS = ["trap-both-listed", "trap-high-ports"];

interface JudgedFlow {
  readonly name: string;
  readonly wanted: readonly string[] | null;
  readonly protocol: string | null;
  readonly isAnnounced: boolean;
  /** Result of the recognisers for its whole beginning. */
  readonly reference: RecognisedFlow | undefined;
}

async function judgeSession(truth: Truth): Promise<readonly JudgedFlow[]> {
  const capture = `fixtures/lab/${truth.capture}`;
  const flows: FlowReport[] = [];
  await summarize([capture], { maxFlows: MAX_FLOWS, onFlow: (flow) => flows.push(flow) });
  const references = new Map(
    (await recogniseFlows(capture)).map((flow) => [keyOf(flow.transport, flow.ends), flow]),
  );
  return flows.map((flow) => {
    const port = `${flow.transport}/${flow.servicePort}`;
    const name = `${truth.session} ${port}`;
    const isTrap = TRAPS.includes(truth.session);
    const wanted = isTrap ? [] : name in OTHERWISE ? OTHERWISE[name] : (SPOKEN[port] ?? null);
    const reference = references.get(keyOf(flow.transport, [flow.originator, flow.responder]));
    return { name, wanted, protocol: flow.protocol, isAnnounced: flow.announcedBy !== null, reference };
  });
}

function keyOf(
  transport: string,
  ends: readonly { readonly address: string; readonly port: number }[],
): string {
  return `${transport} ${ends.map(({ address, port }) => `${address} ${port}`).sort()}`;
}

const truths = listCaptured().map(readTruth);

describe("the flows of the lab", () => {
  it("are recognised correctly: 99.5 % of the recognised ones, and 95 % of those with payload both ways", async () => {
    const judged = (await Promise.all(truths.map(judgeSession))).flat();
    const recognised = judged.filter(({ wanted, protocol }) => wanted !== null && protocol !== null);
    const wrong = recognised.filter(({ wanted, protocol }) => !wanted?.includes(protocol ?? ""));
    expect(recognised.length).toBeGreaterThan(600);
    expect(wrong.map(({ name, protocol }) => `${name} ${protocol}`)).toEqual([]);
    const spoken = judged.filter(
      ({ wanted, reference }) =>
        wanted !== null && wanted.length > 0 && reference?.start.sides.every((side) => side.length > 0),
    );
    const missed = spoken.filter(({ protocol }) => protocol === null);
    expect(spoken.length).toBeGreaterThan(450);
    expect(missed.length, missed.map(({ name }) => name).join()).toBeLessThanOrEqual(0.05 * spoken.length);
  }, 60_000);

  it("are recognised packet by packet as from their whole beginning", async () => {
    for (const truth of truths) {
      for (const { name, protocol, isAnnounced, reference } of await judgeSession(truth)) {
        // A flow that is not recognised has the protocol of the session that announced it.
        if (isAnnounced && reference?.recognition == null) continue;
        expect(`${name} ${protocol}`).toBe(`${name} ${reference?.recognition?.protocol ?? null}`);
      }
    }
  }, 60_000);
});

describe("captures of the lab without SYN packets", () => {
  const filter = "not tcp[tcpflags] & tcp-syn != 0";
  const withoutSyns = async (rules?: null) =>
    Promise.all(
      truths.map(async (truth) => {
        const flows: FlowReport[] = [];
        const onFlow = (flow: FlowReport) => flows.push(flow);
        const options = { maxFlows: MAX_FLOWS, filter, onFlow, ...(rules === null ? { rules } : {}) };
        const summary = await summarize([`fixtures/lab/${truth.capture}`], options);
        return { truth, summary, flows };
      }),
    );

  it("are oriented by payload with at most 1 % of the flows wrong", async () => {
    const sessions = await withoutSyns();
    const ofPrograms = sessions.filter(({ truth }) => !TRAPS.includes(truth.session));
    const { flows } = addScores(ofPrograms.map(scoreSession));
    expect(flows.all).toBeGreaterThan(700);
    expect(flows.all - flows.right).toBeLessThanOrEqual(0.01 * flows.all);
    const byPayload = sessions.flatMap((session) =>
      session.flows.some(({ orientation }) => orientation === "payload") ? scoreSession(session).wrong : [],
    );
    expect(byPayload.filter((line) => line.endsWith("by payload"))).toEqual([]);
  }, 60_000);

  it("are oriented better than by ports alone", async () => {
    const scoreOf = async (rules?: null) =>
      addScores((await withoutSyns(rules)).map(scoreSession)).flows.right;
    expect(await scoreOf()).toBeGreaterThan(await scoreOf(null));
  }, 60_000);
});
