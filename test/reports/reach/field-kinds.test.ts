/**
 * Kinds of trouble that administrators have, each with packets of our own: what fails is told with its cause, and what is
 * healthy is not called broken.
 */
import { describe, expect, it } from "vitest";
import { hasFailure } from "../../../src/reports/reach/reach-failure.ts";
import type { ReachReport } from "../../../src/reports/reach/reach-report.ts";
import { type End, udp } from "./reach-packets.ts";
import {
  asks,
  helloFor,
  lookUp,
  reachOfTimed,
  record,
  refuses,
  Talk,
  type Timed,
  worksByTls,
} from "./talk-builder.ts";

const CLIENT = "10.20.0.10";
const MESU: End = { address: "17.253.15.201", port: 443 };
const NAME = "mesu.apple.com";
const from = (port: number, address = CLIENT): End => ({ address, port });

/** What the report says of a product, and whether the exit status is that of a failure. */
function verdictOn({ products, ...report }: ReachReport, name = "Software Update") {
  const verdict = products.find(({ product }) => product === name)?.verdict ?? "never-tried";
  return [verdict, hasFailure({ products, ...report })];
}

/** A connection for mesu.apple.com, after DNS gave its address. */
const mesu = (talk: (one: Talk) => Talk, server = MESU): Timed[] => [
  ...lookUp(CLIENT, NAME, 0, server.address),
  ...talk(new Talk(from(50_000), server, 0.1)).packets,
];

describe("grades of what works", () => {
  it("works where data goes both ways behind TLS's handshake", async () => {
    expect(verdictOn(await reachOfTimed(mesu((talk) => worksByTls(talk, NAME))))).toEqual(["works", false]);
  });

  it("is answered where the client asks for nothing", async () => {
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

  it("is connected where something completes handshakes with a window of 0", async () => {
    const proxied = mesu((talk) => talk.open(0).acknowledge(0).wait(1).acknowledge(0));
    const report = await reachOfTimed(proxied, 10);
    expect(verdictOn(report)).toEqual(["connected", false]);
    expect(report.targets).toMatchObject([{ zeroWindow: true }]);
  });
});

describe("a path that loses", () => {
  it("large packets of the server: answers do not arrive", async () => {
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
    ["small segments, as a filter of server names does", 300],
    ["large segments alone", 1448],
  ])("%s of the client: which are sent again is told", async (_, length) => {
    const lost = mesu((talk) => {
      talk.open().client(new Array<number>(length).fill(22));
      return talk.again(0, length, 4);
    });
    const report = await reachOfTimed(lost, 3);
    expect(report.targets).toMatchObject([{ verdict: "unanswered", shortestRepeat: length }]);
  });

  it("a connection that was idle for long: it went dead", async () => {
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

describe("a client that does not accept the server", () => {
  it("closes right behind its Finished", async () => {
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

describe("somebody who answers in the host's place", () => {
  const http = (status: string, header = "", path = "/hotspot-detect.html") =>
    mesu(
      (talk) =>
        talk
          .open()
          .client(`GET ${path} HTTP/1.1\r\nHost: captive.apple.com\r\n\r\n`)
          .server(`HTTP/1.1 ${status}\r\n${header}Content-Length: 0\r\n\r\n`)
          .acknowledge(0)
          .end(0),
      { address: "17.253.105.202", port: 80 },
    );

  it.each<[string, string, string, boolean]>([
    ["200 OK", "", "works", false],
    ["304 Not Modified", "", "works", false],
    ["301 Moved", "Location: https://www.apple.com/\r\n", "works", false],
    ["302 Found", "Location: /library/test/success.html\r\n", "works", false],
    ["302 Found", "Location: http://portal.example/login?u=1\r\n", "portal", true],
    ["302 Found", "location:   HTTPS://user@10.0.0.1:8443/x\r\n", "portal", true],
    ["511 Network Authentication Required", "", "portal", true],
    ["403 Forbidden", "", "block-page", true],
    ["407 Proxy Authentication Required", "", "proxy-refused", true],
    ["404 Not Found", "", "answered", false],
    ["503 Service Unavailable", "", "answered", false],
  ])("%s %s: %s", async (status, header, verdict, fails) => {
    const report = await reachOfTimed(http(status, header));
    expect(verdictOn(report, "Captive portal check")).toEqual([verdict, fails]);
  });

  const PROXY: End = { address: "10.20.0.1", port: 3128 };
  const through = (...answers: readonly string[]) => {
    const talk = new Talk(from(50_000), PROXY, 0).open();
    for (const answer of answers) {
      talk.client(`CONNECT ${NAME}:443 HTTP/1.1\r\nHost: ${NAME}:443\r\n\r\n`);
      talk.server(`HTTP/1.1 ${answer}\r\n\r\n`);
    }
    return talk;
  };

  it.each(["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])(
    "a proxy that says %s to CONNECT",
    async (status) => {
      const report = await reachOfTimed(through(status).end(0).packets);
      expect(verdictOn(report)).toEqual(["proxy-refused", true]);
      expect(report.targets[0].http?.status).toBe(Number(status.slice(0, 3)));
    },
  );

  it("a proxy that wants a login and then lets through refuses nothing", async () => {
    const talk = through("407 Proxy Authentication Required", "200 Connection established");
    talk
      .client(helloFor(NAME))
      .server(record(22, 900, 2))
      .client(record(23, 200))
      .server(record(23, 200));
    expect(verdictOn(await reachOfTimed(talk.end(0).packets))).toEqual(["works", false]);
  });
});

describe("names", () => {
  const others = worksByTls(
    new Talk(from(50_001), { address: "17.248.185.140", port: 443 }, 3),
    "gateway.icloud.com",
  );
  const context = [...lookUp(CLIENT, "gateway.icloud.com", 2.9, "17.248.185.140"), ...others.packets];

  it("that nobody answers fail, once an answer had its time", async () => {
    const asked = [asks(CLIENT, NAME, 0, 7), asks(CLIENT, NAME, 2, 7)];
    const report = await reachOfTimed([...asked, ...context], 3);
    expect(report.blockedNames).toMatchObject([{ name: NAME, how: "no-answer", responses: 2 }]);
    expect(verdictOn(report)).toEqual(["name-blocked", true]);
    expect((await reachOfTimed(asked)).blockedNames).toEqual([]);
    expect(
      (await reachOfTimed([...asked, refuses(CLIENT, "x.example", 2.5, 3)], 3)).blockedNames,
    ).toHaveLength(1);
  });

  it("that were asked for again and then answered do not", async () => {
    const asked = [
      asks(CLIENT, NAME, 0, 7),
      asks(CLIENT, NAME, 1, 7),
      ...lookUp(CLIENT, NAME, 2, MESU.address),
    ];
    expect(hasFailure(await reachOfTimed([...asked, ...context], 9))).toBe(false);
  });

  it.each(["10.20.9.9", "192.168.1.1", "127.0.0.1", "0.0.0.0"])("that lead to %s fail", async (where) => {
    const report = await reachOfTimed([...lookUp(CLIENT, NAME, 0, where), ...context]);
    expect(report.blockedNames).toMatchObject([{ name: NAME, how: "sinkhole", addresses: [where] }]);
    expect(verdictOn(report)).toEqual(["name-blocked", true]);
  });

  it("that lead into the network fail though something answers there", async () => {
    const local: End = { address: "10.20.9.9", port: 443 };
    const block = worksByTls(new Talk(from(50_000), local, 0.1), NAME);
    const report = await reachOfTimed([...lookUp(CLIENT, NAME, 0, local.address), ...block.packets]);
    expect(verdictOn(report)).toEqual(["name-blocked", true]);
  });

  it("that one client alone is refused are told as that client's", async () => {
    const known = ["10.20.0.11", "10.20.0.12"].flatMap((client) => lookUp(client, NAME, 1, MESU.address));
    const report = await reachOfTimed([...known, refuses(CLIENT, NAME, 2, 3)]);
    expect(report.blockedNames).toMatchObject([{ client: CLIENT, resolvedForOthers: 2 }]);
    expect(report.products[0].clients).toMatchObject({ failing: 1, failingFirst: [CLIENT] });
  });
});

describe("whose it is", () => {
  const anybody: End = { address: "203.0.113.7", port: 3478 };

  it("only the port says so: told apart, and without effect", async () => {
    const asked = [0, 1, 2, 3, 4].map((at): Timed => [at, udp(from(50_000), anybody)]);
    const works = worksByTls(new Talk(from(50_001), MESU, 0.1), NAME);
    const report = await reachOfTimed([...asked, ...works.packets], 5);
    expect(hasFailure(report)).toBe(false);
    expect(report.portOnly).toMatchObject([
      { transport: "udp", port: 3478, attempts: { unanswered: 1 }, clients: 1, servers: 1 },
    ]);
  });

  it("a generic product at Apple's host is Apple's: time.apple.com", async () => {
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
    ["anybody's host", "203.0.113.7"],
    ["a host of Apple's", "17.1.2.3"],
  ])("a scan of the ports of %s is a scan", async (_, address) => {
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

describe("clients and families of addresses", () => {
  it("one client of many fails, with the name that the others show for the address", async () => {
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

  it("IPv6 is broken and IPv4 works: a note, and no failure", async () => {
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
