/** The rules that judge the lab's captures, on artificial sessions with known errors. */
import { describe, expect, it } from "vitest";
import type { CapturedSession } from "../../scripts/lab/captured-session.ts";
import { linkLocalOf } from "../../scripts/lab/link-local.ts";
import { scoreNames } from "../../scripts/lab/name-score.ts";
import { coverRows, unseenRows } from "../../scripts/lab/row-coverage.ts";
import { addScores, isPassed, scoreSession } from "../../scripts/lab/score.ts";
import { formatConnection, isServiceSide, type Truth } from "../../scripts/lab/truth.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const CLIENT = { address: "10.77.0.1", port: 40_000 };
const SERVER = { address: "10.77.0.2", port: 22 };

const TRUTH: Truth = {
  session: "made-up",
  about: "",
  capture: "made-up.pcap",
  rows: ["22/tcp"],
  hosts: [],
  services: [
    {
      host: "server",
      transport: "tcp",
      addresses: [SERVER.address],
      ports: [20, 22],
      program: "sshd",
      package: null,
    },
  ],
  attempts: [{ transport: "udp", address: "fd77::2", port: 53, verdict: "unanswered" }],
  handshakes: ["10.77.0.1:40000 > 10.77.0.2:22"],
  packages: {},
};

/** A session with one flow, which has the values of the ssh fixture's flow by default. */
async function sessionWith(flow: Partial<FlowReport>, truth: Partial<Truth> = {}): Promise<CapturedSession> {
  const flows: FlowReport[] = [];
  const summary = await summarize(["fixtures/lab/ssh.pcap"], { onFlow: (one) => flows.push(one) });
  const ends = { transport: "tcp", originator: CLIENT, responder: SERVER, servicePort: SERVER.port } as const;
  return { truth: { ...TRUTH, ...truth }, summary, flows: [{ ...flows[0], ...ends, ...flow }] };
}

describe("the recorded truth of a lab session", () => {
  it("distinguishes services by transport, address and port, and includes unanswered attempts", () => {
    expect(isServiceSide(TRUTH, "tcp", SERVER)).toBe(true);
    expect(isServiceSide(TRUTH, "tcp", { ...SERVER, port: 20 })).toBe(true);
    expect(isServiceSide(TRUTH, "tcp", { ...SERVER, port: 23 })).toBe(false);
    expect(isServiceSide(TRUTH, "udp", SERVER)).toBe(false);
    expect(isServiceSide(TRUTH, "tcp", CLIENT)).toBe(false);
    expect(isServiceSide(TRUTH, "udp", { address: "fd77::2", port: 53 })).toBe(true);
  });

  it("formats connections from client to server", () => {
    const wide = { address: "fd77::2", port: 443 };
    expect(formatConnection(CLIENT, wide)).toBe("10.77.0.1:40000 > [fd77::2]:443");
  });
});

describe("the orientation score of the lab", () => {
  it("counts a flow to a declared service as right", async () => {
    const score = scoreSession(await sessionWith({}));
    expect(score).toMatchObject({ handshakes: { right: 1, all: 1 }, flows: { right: 1, all: 1 } });
    expect([...score.wrong, ...score.unexplained]).toEqual([]);
    expect(isPassed(addScores([score]))).toBe(true);
  });

  it("detects a reversed flow", async () => {
    const turned = await sessionWith({
      originator: SERVER,
      responder: CLIENT,
      servicePort: CLIENT.port,
    });
    const score = scoreSession(turned);
    expect(score).toMatchObject({ handshakes: { right: 0, all: 1 }, flows: { right: 0, all: 1 } });
    expect(score.wrong).toHaveLength(1);
    expect(isPassed(addScores([score]))).toBe(false);
  });

  it("detects a wrong originator with the right service port", async () => {
    const swapped = await sessionWith({ originator: SERVER, responder: CLIENT, servicePort: SERVER.port });
    expect(scoreSession(swapped).wrong).toHaveLength(1);
  });

  it("reports flows that the session did not declare", async () => {
    const other = { address: "10.77.0.3", port: 22 };
    const score = scoreSession(await sessionWith({ responder: other }, { handshakes: [] }));
    expect(score).toMatchObject({ handshakes: { right: 0, all: 0 }, flows: { right: 0, all: 1 }, wrong: [] });
    expect(score.unexplained).toHaveLength(1);
  });

  it("allows two in a hundred errors without a handshake, and no more", () => {
    const handshakes = { right: 5, all: 5 };
    expect(isPassed({ handshakes, flows: { right: 98, all: 100 } })).toBe(true);
    expect(isPassed({ handshakes, flows: { right: 97, all: 100 } })).toBe(false);
    expect(isPassed({ handshakes: { right: 4, all: 5 }, flows: { right: 100, all: 100 } })).toBe(false);
  });
});

describe("the name score of the lab", () => {
  const attempt = { transport: "tcp", address: SERVER.address, port: SERVER.port, verdict: "works" } as const;
  const truth = {
    attempts: ["mesu.apple.com", "www.example.com"].map((serverName) => ({ ...attempt, serverName })),
  };
  const scoreOf = async (flow: Partial<FlowReport>) => {
    const { right, wrong, unnamed } = scoreNames(await sessionWith(flow, truth));
    return [right, wrong.length, unnamed.length];
  };

  it("distinguishes right, wrong and unnamed flows", async () => {
    const update = {
      serverName: "mesu.apple.com",
      class: "identified",
      products: ["Software Update"],
    } as const;
    expect(await scoreOf(update)).toEqual([1, 0, 0]);
    expect(await scoreOf({ ...update, products: ["Software Update", "Maps"] })).toEqual([0, 1, 0]);
    expect(await scoreOf({ ...update, class: "apple", products: [] })).toEqual([0, 0, 1]);
    const other = { serverName: "www.example.com", class: "other", products: [] } as const;
    expect(await scoreOf(other)).toEqual([1, 0, 0]);
    expect(await scoreOf({ ...other, class: "identified", products: ["Maps"] })).toEqual([0, 1, 0]);
    expect(await scoreOf({ ...other, class: "listed" })).toEqual([0, 1, 0]);
    expect(await scoreOf({ serverName: null })).toEqual([0, 0, 0]);
  });
});

describe("the list rows shown by lab sessions", () => {
  const table = loadServiceTable();
  const shownPorts = (sessions: readonly CapturedSession[]) =>
    coverRows(table, sessions)
      .filter(({ sessions: { tcp, udp } }) => tcp.length + udp.length > 0)
      .map(({ row }) => row.portText);

  it("are those that a session declares and its capture contains", async () => {
    expect(shownPorts([await sessionWith({})])).toEqual(["22"]);
    expect(shownPorts([await sessionWith({}, { rows: [] })])).toEqual([]);
    expect(shownPorts([await sessionWith({}, { rows: ["23/tcp", "22/udp"] })])).toEqual([]);
  });

  it("can be ranges, and are reported if nothing of the range was seen", async () => {
    const session = await sessionWith({}, { rows: ["20–25/tcp", "6970-9999/udp"] });
    expect(unseenRows(session)).toEqual(["6970-9999/udp"]);
    await expect(sessionWith({}, { rows: ["ssh"] }).then(unseenRows)).rejects.toThrow("PORT/TRANSPORT");
  });
});

describe("link-local addresses", () => {
  it("are derived from hardware addresses as in RFC 4291, appendix A", () => {
    expect(linkLocalOf("02:00:00:77:00:01")).toBe("fe80::ff:fe77:1");
    expect(linkLocalOf("34:56:78:9a:bc:de")).toBe("fe80::3656:78ff:fe9a:bcde");
  });
});
