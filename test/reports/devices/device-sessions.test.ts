/** Sessions with known devices: each is joined and distinguished as in the network. */
import { describe, expect, it } from "vitest";
import { address, QUERY_FLAGS, service } from "../../../src/testing/builders/dns-builder.ts";
import {
  dhcpAck,
  dhcpRequest,
  type End,
  multicast,
  sent,
  tellApart,
  text,
} from "../../support/device-network.ts";

/** The first three bytes are Apple's (IEEE). */
const MAC_OF_IMAC = "d8:30:62:01:02:03";
const IMAC: End = { ip: "192.168.2.17", mac: MAC_OF_IMAC };
const PHONE: End = { ip: "192.168.2.20", mac: "02:aa:00:00:00:20" };
const PC: End = { ip: "192.168.2.30", mac: "00:e0:4c:00:00:30" };
const ROUTER: End = { ip: "192.168.2.1", mac: "00:11:22:00:00:01" };
const behind = (ip: string): End => ({ ip, mac: ROUTER.mac });
const SERVERS = ["17.253.1.1", "198.51.100.7", "203.0.113.9"].map(behind);
const IOS = [1, 121, 3, 6, 15, 108, 114, 119, 252];
const WINDOWS = [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252];

describe("the devices of a network", () => {
  it("are joined by hardware address, whatever their IP addresses", async () => {
    const many = ["192.168.2.17", "fe80::da30:62ff:fe01:203", "2001:db8:1::17", "169.254.3.4"];
    const { of, devices } = await tellApart(
      many.map((ip) => sent({ ip, mac: MAC_OF_IMAC }, { ...PC, ip: ip.includes(":") ? "fe80::30" : PC.ip })),
    );
    expect(of("192.168.2.17")?.addresses).toEqual([
      "192.168.2.17",
      "169.254.3.4",
      "2001:db8:1::17",
      "fe80::da30:62ff:fe01:203",
    ]);
    expect(of("192.168.2.17")).toMatchObject({ macs: [MAC_OF_IMAC], isApple: true, maker: "Apple" });
    expect(devices).toHaveLength(2);
  });

  it("do not include hosts behind a router, which is marked as a gateway", async () => {
    const { devices, outside, of } = await tellApart([
      ...SERVERS.map((server) => sent(IMAC, server)),
      ...SERVERS.map((server) => sent(server, IMAC, { ports: [443, 50_000], hops: 52 })),
      sent(IMAC, ROUTER, { ports: [40_000, 53], transport: "udp" }),
      sent(ROUTER, IMAC, { ports: [53, 40_000], transport: "udp" }),
    ]);
    expect(devices).toHaveLength(2);
    expect(of(ROUTER.ip)).toMatchObject({ isGateway: true, addresses: [ROUTER.ip], isApple: null });
    expect(of(SERVERS[0].ip)).toBeUndefined();
    expect(outside.groups.reduce((sum, { flows }) => sum + flows, 0)).toBe(3);
  });

  it("are not joined by a hardware address that both ends of a conversation use", async () => {
    // As tools write captures, and taps that insert their own address.
    const frames: [End, End] = [
      { ip: "10.1.1.5", mac: "02:00:00:00:00:01" },
      { ip: "17.253.1.1", mac: "02:00:00:00:00:02" },
    ];
    const back: [End, End] = [
      { ip: frames[1].ip, mac: frames[0].mac },
      { ip: frames[0].ip, mac: frames[1].mac },
    ];
    for (const hops of [64, 52]) {
      const { devices, of } = await tellApart([
        sent(...frames),
        sent(...back, { ports: [443, 50_000], hops }),
        sent(...frames, { ports: [50_001, 443] }),
        sent(...back, { ports: [443, 50_001], hops }),
      ]);
      expect(devices.map(({ addresses }) => addresses)).toEqual([["10.1.1.5"]]);
      expect(of("10.1.1.5")).toMatchObject({ macs: [], isGateway: false, isApple: null });
    }
  });

  it("in another network behind a router are distinguished by address, and from the router", async () => {
    const far = ["10.5.0.7", "10.5.0.8"].map(behind);
    const { of } = await tellApart([
      ...far.map((one) => sent(one, IMAC, { ports: [50_000, 548], hops: 63 })),
      sent(ROUTER, IMAC, { ports: [40_000, 22] }),
    ]);
    expect(of("10.5.0.7")).toMatchObject({ addresses: ["10.5.0.7"], macs: [], isApple: null });
    expect(of("10.5.0.8")?.id).not.toBe(of("10.5.0.7")?.id);
    expect(of(ROUTER.ip)).toMatchObject({ macs: [ROUTER.mac], isGateway: true });
  });

  it("change when a DHCP lease moves to another device", async () => {
    const ip = PHONE.ip;
    const other = { ip, mac: PC.mac };
    const { devices, flows } = await tellApart([
      dhcpAck(ROUTER, PHONE.mac, ip),
      sent(PHONE, IMAC, { at: 1 }),
      dhcpAck(ROUTER, PC.mac, ip, 5000),
      sent(other, IMAC, { ports: [50_001, 443], at: 5001 }),
    ]);
    const having = devices.filter(({ addresses }) => addresses.includes(ip));
    expect(having.map(({ macs }) => macs).sort()).toEqual([[PC.mac], [PHONE.mac]]);
    const tcp = flows.filter(({ transport }) => transport === "tcp");
    expect(tcp[0].originatorDevice).not.toBe(tcp[1].originatorDevice);
    expect(tcp[0].responderDevice).toBe(tcp[1].responderDevice);
  });

  it("are identified by a lease if a router forwards their packets", async () => {
    const relayed = behind("10.9.0.5");
    const { of } = await tellApart([
      dhcpAck(ROUTER, MAC_OF_IMAC, relayed.ip),
      sent(relayed, PC, { hops: 63, at: 1 }),
      sent(behind("10.9.0.6"), PC, { hops: 63, at: 1 }),
    ]);
    expect(of(relayed.ip)).toMatchObject({ macs: [MAC_OF_IMAC], isApple: true });
  });

  it("behind a NAT are separate if captured inside, and unknown if captured outside", async () => {
    const provider: End = { ip: "100.64.0.1", mac: "00:11:22:00:00:99" };
    const outer: End = { ip: "198.51.100.5", mac: "00:11:22:00:00:02" };
    const beyond = SERVERS.map(({ ip }) => ({ ip, mac: provider.mac }));
    const ends = [IMAC, PHONE].flatMap((host, i) =>
      SERVERS.map((_, j) => ({ host, j, port: 50_000 + i * 10 + j })),
    );
    const { of, devices, outside, summary } = await tellApart(
      ends.flatMap(({ host, j, port }) => [
        sent(host, SERVERS[j], { ports: [port, 443] }),
        sent(outer, beyond[j], { ports: [port, 443], hops: 63 }),
        sent(beyond[j], outer, { ports: [443, port], hops: 52 }),
        sent(SERVERS[j], host, { ports: [443, port], hops: 51 }),
      ]),
    );
    expect(of(IMAC.ip)).toMatchObject({
      addresses: [IMAC.ip],
      macs: [IMAC.mac],
      sent: 3 * 54,
      received: 3 * 54,
    });
    expect(of(PHONE.ip)).toMatchObject({
      addresses: [PHONE.ip],
      macs: [PHONE.mac],
      sent: 3 * 54,
      received: 3 * 54,
    });
    expect(of(outer.ip)).toBeUndefined();
    for (const { ip } of SERVERS) expect(of(ip)).toBeUndefined();
    expect(devices.filter(({ isApple }) => isApple)).toHaveLength(1);
    const sums = [...devices, outside].reduce((sum, end) => sum + end.sent, 0);
    expect(sums).toBe(summary.bytes.decoded);
  });

  it("are not identified by a private hardware address, nor by a shared one", async () => {
    const shared: End = { ip: "192.168.2.99", mac: "02:aa:00:00:00:99" };
    const { of } = await tellApart([
      sent(PHONE, PC),
      sent(shared, PC, { hops: 63, data: Buffer.from("GET / HTTP/1.1\r\nUser-Agent: Dalvik/2.1.0\r\n\r\n") }),
    ]);
    expect(of(PHONE.ip)).toMatchObject({ isApple: null, signs: [] });
    expect(of(shared.ip)).toMatchObject({ isApple: null, signs: [] });
  });

  it("are Apple's or another's by their DHCP requests, and unknown if signs contradict", async () => {
    const records = [
      dhcpRequest(PHONE.mac, [
        [55, IOS],
        [12, "iPhone"],
      ]),
      dhcpRequest(PC.mac, [
        [55, WINDOWS],
        [60, "MSFT 5.0"],
      ]),
      dhcpRequest(MAC_OF_IMAC, [[60, "MSFT 5.0"]]),
      sent(PHONE, ROUTER),
      sent(PC, ROUTER),
      sent(IMAC, ROUTER),
    ];
    const { of } = await tellApart(records);
    expect(of(PHONE.ip)).toMatchObject({ isApple: true, name: "iPhone", maker: "Apple" });
    expect(of(PC.ip)).toMatchObject({ isApple: false, maker: "Microsoft" });
    expect(of(IMAC.ip)).toMatchObject({ isApple: null, maker: null });
    expect(of(IMAC.ip)?.signs).toHaveLength(2);
  });

  it("get their name, model and addresses from multicast DNS answers", async () => {
    const local = "fe80::1234";
    const { of } = await tellApart([
      multicast(IMAC, {
        answers: [
          address("annas-mac.local", IMAC.ip),
          address("annas-mac.local", local),
          text("Annas Mac._device-info._tcp.local", "model=iMac21,1", "osxvers=22"),
        ],
      }),
      sent(IMAC, PC),
    ]);
    expect(of(IMAC.ip)).toMatchObject({ name: "annas-mac.local", model: "iMac21,1", isApple: true });
    expect(of(local)?.id).toBe(of(IMAC.ip)?.id);
  });

  it("are never named or joined by known answers in a query, nor by a repeater", async () => {
    const answers = [
      address("annas-mac.local", IMAC.ip),
      service("x._companion-link._tcp.local", 7000, "annas-mac.local"),
    ];
    const { of } = await tellApart([
      multicast(PC, {
        flags: QUERY_FLAGS,
        questions: [{ name: "_companion-link._tcp.local", type: 12 }],
        answers,
      }),
      multicast(ROUTER, { answers }),
      sent(PC, IMAC),
      sent(ROUTER, IMAC),
    ]);
    for (const { ip } of [PC, ROUTER])
      expect(of(ip)).toMatchObject({ name: null, isApple: null, addresses: [ip] });
  });

  it("are not joined by an answer that claims another device's address", async () => {
    const answers = [address("pc.local", PC.ip), address("pc.local", IMAC.ip)];
    const { of } = await tellApart([sent(IMAC, PC), sent(PC, IMAC), multicast(PC, { answers })]);
    expect(of(PC.ip)?.id).not.toBe(of(IMAC.ip)?.id);
  });

  it("are shown with their VLANs, which do not distinguish them", async () => {
    const { of, devices } = await tellApart([
      sent(IMAC, PC, { vlan: 20 }),
      sent({ ...IMAC, ip: "192.168.3.17" }, PC, { vlan: 30, ports: [50_002, 443] }),
    ]);
    expect(of(IMAC.ip)).toMatchObject({ vlans: [20, 30], addresses: [IMAC.ip, "192.168.3.17"] });
    expect(devices).toHaveLength(2);
  });

  it("decide whether mDNS is Bonjour: Apple's devices speak it, others do not", async () => {
    const answers = (ip: string) => [address("x.local", ip)];
    const { flows } = await tellApart([
      dhcpRequest(PC.mac, [[60, "MSFT 5.0"]]),
      sent(PC, ROUTER),
      multicast(PC, { answers: answers(PC.ip) }),
      multicast(IMAC, { answers: answers(IMAC.ip) }),
      multicast(PHONE, { answers: answers(PHONE.ip) }),
    ]);
    const of = (ip: string) =>
      flows.find(({ originator }) => originator.address === ip && originator.port === 5353);
    expect(of(PC.ip)).toMatchObject({ class: "other", reason: "not-apple" });
    expect(of(IMAC.ip)).toMatchObject({ class: "identified", products: ["Bonjour"] });
    expect(of(PHONE.ip)).toMatchObject({ class: "listed" });
  });

  it("exclude Apple's products on ports whose server would have to be Apple's, and identify nothing", async () => {
    // 3283: Apple Remote Desktop, whose server is a Mac.
    const { flows } = await tellApart([
      dhcpRequest(PC.mac, [[60, "MSFT 5.0"]]),
      sent(PC, ROUTER),
      sent(PHONE, PC, { ports: [50_000, 3283] }),
      sent(PHONE, IMAC, { ports: [50_001, 3283] }),
    ]);
    const to = (ip: string) =>
      flows.find(({ responder }) => responder.address === ip && responder.port === 3283);
    expect(to(PC.ip)).toMatchObject({ class: "other", reason: "not-apple", candidates: [] });
    expect(to(IMAC.ip)).toMatchObject({ class: "listed" });
  });

  it("split possible Apple traffic by whether an Apple device has it", async () => {
    const { summary } = await tellApart([
      sent(IMAC, PC, { ports: [50_000, 3283] }),
      sent(PHONE, PC, { ports: [50_000, 3283] }),
    ]);
    const { bytes, appleDevice, unknownDevice } = summary.apple.couldBe;
    expect(appleDevice).toBe(54);
    expect((appleDevice ?? 0) + (unknownDevice ?? 0)).toBe(bytes);
  });
});
