/** Limits on following sessions that announce ports, and what is dropped beyond them. */
import { describe, expect, it } from "vitest";
import { AnnouncedPorts } from "../../../src/evidence/observation/announced-ports.ts";
import { AnnouncingSession } from "../../../src/evidence/observation/announcing-session.ts";
import { AnnouncingSessions } from "../../../src/evidence/observation/announcing-sessions.ts";
import type { Recognition } from "../../../src/evidence/payload/protocols/recognise.ts";
import type { FlowView } from "../../../src/flows/flow-view.ts";
import type { PacketRow } from "../../../src/flows/packet-row.ts";
import { NO_TIME } from "../../../src/net/moment.ts";

const CLIENT = 0xc000_0201;
const SERVER = 0xc000_0202;
const START = 1_700_000_000;
const FTP: Recognition = { protocol: "ftp", asks: 0, sign: null };

const row = {
  addressKey: (side: number) => (side === 0 ? CLIENT : SERVER),
  transport: 0,
  seconds: START,
  nanoseconds: 0,
};
const ROW = row as unknown as PacketRow;

/** Delivers what the server says in a flow recognised as FTP. */
function say(sessions: AnnouncingSessions, record: number, text: string, sequence = 0): boolean {
  const bytes = new Uint8Array(Buffer.from(text));
  sessions.setPacket(record, ROW);
  sessions.begin(record, FTP, []);
  return sessions.add(record, ROW, { bytes, offset: 0, end: bytes.length, sequence, fromB: 1 });
}

function flow(port: number, { server = SERVER, entry = 99, firstSeconds = START } = {}): FlowView {
  const view = {
    entry,
    transport: 0,
    firstSeconds,
    firstNanoseconds: 0,
    port: (side: number) => (side === 0 ? 40_000 : port),
    addressKey: (side: number) => (side === 0 ? CLIENT : server),
  };
  return view as unknown as FlowView;
}

const passive = (port: number) => `229 Passive (|||${port}|)\r\n`;

describe("announcing sessions", () => {
  it("are found by the ports they announced, while live and after their end", () => {
    const sessions = new AnnouncingSessions();
    expect(sessions.ports.find(flow(50_000))).toBeNull();
    say(sessions, 1, passive(50_000));
    expect(sessions.ports.find(flow(50_000))).toMatchObject({
      service: 1,
      originator: 0,
      session: { entry: 1 },
    });
    expect(sessions.ports.find(flow(50_001))).toBeNull();
    expect(sessions.ports.find(flow(50_000, { server: SERVER + 1 }))).toBeNull();
    expect(sessions.of(1)).not.toBeNull();
    sessions.forget(1);
    expect(sessions.of(1)).toBeNull();
    expect(sessions.ports.find(flow(50_000))).toMatchObject({ session: { entry: 0 } });
  });

  it("never match themselves or earlier flows, but match flows without a time", () => {
    const sessions = new AnnouncingSessions();
    say(sessions, 1, passive(50_000));
    expect(sessions.ports.find(flow(50_000, { entry: 1 }))).toBeNull();
    expect(sessions.ports.find(flow(50_000, { firstSeconds: START - 1 }))).toBeNull();
    expect(sessions.ports.find(flow(50_000, { firstSeconds: NO_TIME }))).not.toBeNull();
  });

  it("are not started for other protocols", () => {
    const sessions = new AnnouncingSessions();
    sessions.setPacket(1, ROW);
    sessions.begin(1, { protocol: "ssh", asks: 0, sign: null }, []);
    expect(sessions.add(1, ROW, { bytes: new Uint8Array(9), offset: 0, end: 9, sequence: 0, fromB: 1 })).toBe(
      false,
    );
    sessions.begin(2, FTP, []);
    expect(sessions.add(2, ROW, { bytes: new Uint8Array(9), offset: 0, end: 9, sequence: 0, fromB: 1 })).toBe(
      false,
    );
  });

  it("stop the oldest when too many are read at once", () => {
    const sessions = new AnnouncingSessions({
      sessions: 100,
      heldBytes: 1e9,
      portsPerSession: 9,
      announcers: 1000,
    });
    for (let record = 1; record <= 1000; record++) say(sessions, record, "220 ready\r\n");
    expect(sessions.dropped).toBeGreaterThanOrEqual(900);
    expect(say(sessions, 1000, passive(50_000), 11)).toBe(true);
    expect(sessions.of(1000)).not.toBeNull();
  });

  it("hold a bounded number of bytes in total", () => {
    const sessions = new AnnouncingSessions({
      sessions: 1e9,
      heldBytes: 100_000,
      portsPerSession: 9,
      announcers: 9,
    });
    for (let record = 1; record <= 1000; record++) say(sessions, record, "x".repeat(1000));
    expect(sessions.dropped).toBeGreaterThan(800);
  });

  it("announce a bounded number of ports, each and in total", () => {
    const sessions = new AnnouncingSessions({
      sessions: 100,
      heldBytes: 1e9,
      portsPerSession: 3,
      announcers: 2,
    });
    for (let record = 1; record <= 3; record++) {
      say(sessions, record, [1, 2, 3, 4].map((i) => passive(50_000 + 10 * record + i)).join(""));
    }
    expect(sessions.dropped).toBe(1 + 1 + 4);
    expect(sessions.ports.find(flow(50_013))).not.toBeNull();
    expect(sessions.ports.find(flow(50_014))).toBeNull();
    expect(sessions.ports.find(flow(50_031))).toBeNull();
  });

  it("are parsed for one megabyte each", () => {
    const sessions = new AnnouncingSessions();
    const bytes = new Uint8Array(Buffer.from(`200 ${"x".repeat(1018)}\r\n`));
    sessions.setPacket(1, ROW);
    sessions.begin(1, FTP, []);
    const add = (i: number) =>
      sessions.add(1, ROW, { bytes, offset: 0, end: bytes.length, sequence: i * bytes.length, fromB: 1 });
    let count = 1;
    while (add(count - 1)) count++;
    expect(count).toBe(1024);
  });
});

describe("announced ports", () => {
  const session = (record: number) => new AnnouncingSession(record, [CLIENT, SERVER], 1, START);
  const port = (number: number) =>
    ({ transport: "tcp", address: null, port: number, side: 1, holds: "session" }) as const;

  it("are evicted beyond their limit, oldest first, and counted", () => {
    const ports = new AnnouncedPorts({ endpoints: 64, sessionsPerEndpoint: 8 });
    for (let i = 1; i <= 1000; i++) ports.add(session(1), port(i), START);
    expect(ports.dropped).toBe(936);
    expect(ports.find(flow(1000))).not.toBeNull();
    expect(ports.find(flow(1))).toBeNull();
  });

  it("belong to their last session before the flow began", () => {
    const ports = new AnnouncedPorts({ endpoints: 64, sessionsPerEndpoint: 2 });
    for (let i = 1; i <= 3; i++) ports.add(session(i), port(5000), START + i);
    expect(ports.dropped).toBe(1);
    expect(ports.find(flow(5000, { firstSeconds: START + 9 }))?.session.entry).toBe(3);
    expect(ports.find(flow(5000, { firstSeconds: START + 2 }))?.session.entry).toBe(2);
    expect(ports.find(flow(5000, { firstSeconds: START + 1 }))).toBeNull();
  });
});
