/**
 * Kinds of trouble that administrators meet, each with constructed packets: failures are reported with their cause, and
 * healthy traffic is not called broken.
 */
import { describe, expect, it } from "vitest";
import { hasFailure } from "../../../src/reports/reach/reach-failure.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { toRecords } from "../../../src/testing/builders/client-hello.ts";
import { CERTIFICATE_OF_UPDATES, CERTIFICATE_WITH_ALTERNATIVES } from "../../support/real-certificates.ts";
import { buildCertificate, buildServerHello } from "../../support/server-flight.ts";
import { type End, udp } from "./reach-packets.ts";
import {
  from,
  helloFor,
  lookUp,
  MESU,
  mesu,
  NAME,
  reachOfTimed,
  record,
  Talk,
  type Timed,
  verdictOn,
  worksByTls,
} from "./talk-builder.ts";

const CLIENT = "10.20.0.10";

describe("an attempt that gets an answer", () => {
  it("works if data is exchanged after the TLS handshake", async () => {
    expect(verdictOn(await reachOfTimed(mesu((talk) => worksByTls(talk, NAME))))).toEqual(["works", false]);
  });

  it("is answered if the client requests nothing", async () => {
    const held = mesu((talk) =>
      talk
        .open()
        .client(helloFor(NAME))
        .server(record(22, 900, 2))
        .acknowledge(0)
        .client(record(23, 53)),
    );
    expect(verdictOn(await reachOfTimed(held, 10))).toEqual(["answered", false]);
  });

  it("is connected if something completes handshakes with a window of 0", async () => {
    const proxied = mesu((talk) => talk.open(0).acknowledge(0).wait(1).acknowledge(0));
    const report = await reachOfTimed(proxied, 10);
    expect(verdictOn(report)).toEqual(["connected", false]);
    expect(report.targets).toMatchObject([{ zeroWindow: true }]);
  });
});

describe("a lossy path", () => {
  it("that loses large packets of the server gives answers-lost", async () => {
    const talk = new Talk(from(50_000), MESU, 0.1);
    talk.isClientStuck = true;
    talk.open().client(helloFor(NAME)).lose(1, 1448).server(record(23, 800));
    const stuck = [...lookUp(CLIENT, NAME, 0, MESU.address)];
    talk.acknowledge(0, 5001).again(1, 805, 2).wait(4).end(0, "FA", 5001);
    const report = await reachOfTimed([...stuck, ...talk.packets], 1);
    expect(verdictOn(report)).toEqual(["answers-lost", true]);
    expect(await reachOfTimed([...stuck, ...talk.packets.slice(0, 8)])).toMatchObject({
      targets: [{ verdict: "unclear" }],
    });
  });

  it.each([
    ["small segments", 300],
    ["large segments", 1448],
  ])("that loses %s of the client reports the shortest repeated length", async (_, length) => {
    const lost = mesu((talk) => {
      talk.open().client(new Array<number>(length).fill(22));
      return talk.again(0, length, 4);
    });
    const report = await reachOfTimed(lost, 3);
    expect(report.targets).toMatchObject([{ verdict: "unanswered", shortestRepeat: length }]);
  });

  it("that drops a long idle connection gives went-dead", async () => {
    const courier: End = { address: "17.57.144.20", port: 5223 };
    const talk = worksByTls(new Talk(from(50_000), courier, 0), "1-courier.push.apple.com");
    talk.packets.length -= 3;
    const idle = new Talk(from(50_000), courier, 0);
    idle
      .open()
      .client(helloFor("1-courier.push.apple.com"))
      .server([...record(22, 90, 2), ...record(23, 900)]);
    idle
      .acknowledge(0)
      .client([...record(23, 53), ...record(23, 120)])
      .server(record(23, 400))
      .acknowledge(0);
    idle.wait(1800).client(record(23, 60)).again(0, 65, 5).end(0, "R");
    const report = await reachOfTimed(idle.packets, 5);
    expect(verdictOn(report, "Push notifications")).toEqual(["went-dead", true]);
    const again = worksByTls(new Talk(from(50_001), courier, 1900), "1-courier.push.apple.com");
    expect(
      verdictOn(await reachOfTimed([...idle.packets, ...again.packets], 5), "Push notifications"),
    ).toEqual(["went-dead", true]);
  });
});

describe("a plaintext certificate", () => {
  const withCertificate = (certificate: Uint8Array) =>
    mesu((talk) =>
      talk
        .open()
        .client(helloFor(NAME))
        .server([...toRecords(concatBytes(buildServerHello(), buildCertificate(certificate)))])
        .acknowledge(0)
        .client([...record(22, 37, 16), ...record(20, 1, 1), ...record(22, 40)])
        .server([...record(20, 1, 1), ...record(22, 40)])
        .client(record(23, 100))
        .server(record(23, 300)),
    );

  it("for the requested host works", async () => {
    const report = await reachOfTimed(withCertificate(CERTIFICATE_OF_UPDATES));
    expect(verdictOn(report)).toEqual(["works", false]);
  });

  it("for other names gives foreign-certificate", async () => {
    const report = await reachOfTimed(withCertificate(CERTIFICATE_WITH_ALTERNATIVES));
    expect(verdictOn(report)).toEqual(["foreign-certificate", true]);
  });
});

describe("a client that rejects the server", () => {
  it("gives closed-at-once if it closes right after its Finished", async () => {
    const pinned = mesu((talk) =>
      talk
        .open()
        .client(helloFor(NAME))
        .server(record(22, 900, 2))
        .client(record(23, 53))
        .end(0)
        .end(1),
    );
    expect(verdictOn(await reachOfTimed(pinned))).toEqual(["closed-at-once", true]);
  });
});

describe("the product of an attempt", () => {
  const anybody: End = { address: "203.0.113.7", port: 3478 };

  it("is listed separately and has no effect if only the port suggests it", async () => {
    const asked = [0, 1, 2, 3, 4].map((at): Timed => [at, udp(from(50_000), anybody)]);
    const works = worksByTls(new Talk(from(50_001), MESU, 0.1), NAME);
    const report = await reachOfTimed([...asked, ...works.packets], 5);
    expect(hasFailure(report)).toBe(false);
    expect(report.portOnly).toMatchObject([
      { transport: "udp", port: 3478, attempts: { unanswered: 1 }, clients: 1, servers: 1 },
    ]);
  });

  it("is Apple's for a generic product on Apple's host: time.apple.com", async () => {
    const time: End = { address: "17.253.4.125", port: 123 };
    const asked = [0, 0.4, 0.8, 1.2].map(
      (at): Timed => [at + 0.1, udp(from(50_000), time, [0x23, ...new Array<number>(47).fill(0)])],
    );
    const report = await reachOfTimed([...lookUp(CLIENT, "time.apple.com", 0, time.address), ...asked]);
    expect(report.targets).toMatchObject([{ verdict: "unanswered", name: "time.apple.com" }]);
    expect(hasFailure(report)).toBe(true);
    const less = await reachOfTimed([
      ...lookUp(CLIENT, "time.apple.com", 0, time.address),
      ...asked.slice(0, 3),
    ]);
    expect(hasFailure(less)).toBe(false);
  });

  it.each([
    ["a host of any owner", "203.0.113.7"],
    ["one of Apple's hosts", "17.1.2.3"],
  ])("is ignored in a port scan of %s", async (_, address) => {
    const works = worksByTls(new Talk(from(50_001), MESU, 0.1), NAME);
    const ports = [
      21, 22, 25, 53, 79, 80, 88, 106, 110, 111, 119, 143, 311, 389, 427, 443, 445, 464, 514, 515, 532,
    ];
    const scan = ports.flatMap(
      (port, i) => new Talk(from(40_000 + i), { address, port }, i * 0.1).syns(2).packets,
    );
    const report = await reachOfTimed([...scan, ...works.packets], 5);
    expect(report.scans).toMatchObject([{ client: CLIENT, address, answered: 0 }]);
    expect(report.scans[0].ports).toBeGreaterThanOrEqual(20);
    expect(report.portOnly).toEqual([]);
    expect(hasFailure(report)).toBe(false);
  });
});

describe("one failing client or address family", () => {
  it("is reported with the name that other clients use for the address", async () => {
    const clients = Array.from({ length: 12 }, (_, i) => `10.20.1.${i + 1}`);
    const working = clients.flatMap(
      (client, i) => worksByTls(new Talk(from(50_000 + i, client), MESU, i * 0.1), NAME).packets,
    );
    const blocked = new Talk(from(51_000, "10.20.1.57"), MESU, 0.5).syns(5);
    const report = await reachOfTimed([...working, ...blocked.packets], 1);
    expect(verdictOn(report)).toEqual(["unanswered", true]);
    expect(report.products).toMatchObject([
      { product: "Software Update", clients: { all: 13, failing: 1, failingFirst: ["10.20.1.57"] } },
    ]);
    expect(report.targets[0]).toMatchObject({ name: NAME, namedByOthers: 12, client: "10.20.1.57" });
  });

  it("is a note and no failure if IPv6 is broken and IPv4 works", async () => {
    const six: End = { address: "2001:db8:20::10", port: 50_000 };
    const server: End = { address: "2a01:b740:a26:f000::1", port: 443 };
    const tries = [0.1, 0.6].flatMap(
      (at, i) => new Talk({ ...six, port: 50_000 + i }, server, at).syns(1).packets,
    );
    const works = [0.3, 0.8].flatMap(
      (at, i) => worksByTls(new Talk(from(51_000 + i), MESU, at), NAME).packets,
    );
    const names = [...lookUp(CLIENT, NAME, 0, server.address), ...lookUp(CLIENT, NAME, 0.02, MESU.address)];
    for (const goesOn of [1, 10]) {
      const report = await reachOfTimed([...names, ...tries, ...works], goesOn);
      expect(report.brokenFamilies).toEqual([
        { client: six.address, family: "IPv6", targets: 1, names: [NAME] },
      ]);
      expect(hasFailure(report)).toBe(false);
    }
  });
});
