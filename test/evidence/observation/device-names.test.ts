import { describe, expect, it } from "vitest";
import { DeviceNames } from "../../../src/evidence/observation/device-names.ts";
import { LocalServices } from "../../../src/evidence/observation/local-services.ts";
import { readDnsMessage } from "../../../src/evidence/payload/dns-message.ts";
import { readIpv4Key, readIpv6Key } from "../../../src/net/address-key.ts";
import { address, type BuiltRecord, buildDns, service } from "../../../src/testing/builders/dns-builder.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import { type BuiltDhcp, buildDhcp } from "../../support/dhcp-builder.ts";
import { DHCP_ACK, DHCP_FULL_NAME, DHCP_REQUEST, MDNS_AIRPLAY } from "../../support/real-names.ts";

const HOST = "192.0.2.9";
const REQUEST = [53, [3]] as const;
const ACK = [53, [5]] as const;

function devices(maxAddresses?: number) {
  const services = new LocalServices();
  const names = new DeviceNames(services, maxAddresses);
  const hear = (bytes: Uint8Array) => {
    const message = readDnsMessage(bytes, 0, bytes.length);
    if (message === null) throw new Error("the message is malformed");
    services.add(message);
  };
  return {
    names,
    addDhcp: (...messages: readonly (Uint8Array | BuiltDhcp)[]) => {
      for (const message of messages) {
        const bytes = message instanceof Uint8Array ? message : buildDhcp(message);
        names.addDhcp(bytes, 0, bytes.length);
      }
    },
    hear,
    announce: (...answers: readonly BuiltRecord[]) => hear(buildDns({ answers })),
    nameOf: (text: string) => {
      const bytes = addressBytes(text);
      return names.deviceNameOf(bytes.length === 4 ? readIpv4Key(bytes, 0) : readIpv6Key(bytes, 0));
    },
  };
}

describe("a device name from DHCP", () => {
  it("is read from recorded messages", () => {
    const { addDhcp, nameOf } = devices();
    expect(nameOf("192.168.7.104")).toBeNull();
    addDhcp(DHCP_REQUEST);
    expect(nameOf("192.168.7.104")).toBe("annas-mbp");
    addDhcp(DHCP_ACK);
    expect(nameOf("192.168.7.104")).toBe("annas-mbp");
    addDhcp(DHCP_FULL_NAME);
    expect(nameOf("192.168.7.104")).toBe("annas-mbp.corp.example");
  });

  it("is the requested one once the server assigns an address", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({
      transaction: 7,
      options: [
        [53, [1]],
        [12, "phone"],
      ],
    });
    expect(nameOf(HOST)).toBeNull();
    addDhcp({ transaction: 8, isReply: true, givenAddress: HOST, options: [ACK] });
    expect(nameOf(HOST)).toBeNull();
    addDhcp({ transaction: 7, isReply: true, givenAddress: HOST, options: [ACK, [12, "host-9"]] });
    expect(nameOf(HOST)).toBe("phone");
  });

  it("is not taken from another host with the same transaction", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({ options: [REQUEST, [12, "phone"]] });
    addDhcp({ isReply: true, hardware: [2, 0, 0, 0, 0, 2], givenAddress: HOST, options: [ACK] });
    expect(nameOf(HOST)).toBeNull();
  });

  it("is the server's if nothing else is known", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({ isReply: true, givenAddress: HOST, options: [ACK, [12, "host-9"]] });
    expect(nameOf(HOST)).toBe("host-9");
  });

  it("is known when a device renews its address", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "phone"]] });
    expect(nameOf(HOST)).toBe("phone");
  });

  it("belongs to the last user of the address", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "phone"]] });
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "tablet"]] });
    expect(nameOf(HOST)).toBe("tablet");
  });

  it("survives messages without a name and malformed messages", () => {
    const { addDhcp, nameOf } = devices();
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "phone"]] });
    addDhcp({ ownAddress: HOST, options: [REQUEST] }, new Uint8Array(3), new Uint8Array(400));
    expect(nameOf(HOST)).toBe("phone");
  });

  it("is forgotten when there are too many, and counted", () => {
    const { addDhcp, nameOf, names } = devices(100);
    for (let i = 0; i < 1000; i++) {
      addDhcp({ ownAddress: `10.0.${i >> 8}.${i & 255}`, options: [REQUEST, [12, `d${i}`]] });
    }
    expect(names.dropped).toBe(900);
    expect([nameOf("10.0.3.231"), nameOf("10.0.3.132"), nameOf("10.0.3.131")]).toEqual([
      "d999",
      "d900",
      null,
    ]);
  });
});

describe("a device name from multicast DNS", () => {
  it("is the one chosen by its owner, as recorded", () => {
    const { hear, nameOf } = devices();
    hear(MDNS_AIRPLAY);
    expect(nameOf("192.168.7.21")).toBe("Anna’s MacBook Pro");
    expect(nameOf("fe80::d058:e6ff:fea9:f349")).toBe("Anna’s MacBook Pro");
  });

  it("falls back to the host name, and takes precedence over DHCP", () => {
    const { announce, addDhcp, nameOf } = devices();
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "phone"]] });
    announce(address("Annas-iPhone.local", HOST));
    expect(nameOf(HOST)).toBe("annas-iphone.local");
    announce(service(["Anna’s iPhone", "_rfb", "_tcp", "local"], 5900, "annas-iphone.local"));
    expect(nameOf(HOST)).toBe("Anna’s iPhone");
  });

  it("omits the hardware address that AirTunes prepends", () => {
    const { announce, nameOf } = devices();
    announce(
      service(["70CD60A1B2C3@Den", "_raop", "_tcp", "local"], 7000, "tv.local"),
      address("tv.local", HOST),
    );
    expect(nameOf(HOST)).toBe("Den");
  });

  it("is not the name of a service, or of a printer that it shares", () => {
    const { announce, nameOf } = devices();
    announce(
      service(["My pages", "_http", "_tcp", "local"], 80, "mac.local"),
      service(["Laser @ Office Mac", "_ipp", "_tcp", "local"], 631, "mac.local"),
      address("mac.local", HOST),
    );
    expect(nameOf(HOST)).toBe("mac.local");
    announce(service(["Brother HL", "_ipp", "_tcp", "local"], 631, "mac.local"));
    expect(nameOf(HOST)).toBe("Brother HL");
  });

  it("is not a random name generated by a browser", () => {
    const { announce, addDhcp, nameOf } = devices();
    const random = address("0e1d9d3c-6b2a-4c1d-9f00-0123456789ab.local", HOST);
    announce(random);
    expect(nameOf(HOST)).toBeNull();
    addDhcp({ ownAddress: HOST, options: [REQUEST, [12, "phone"]] });
    expect(nameOf(HOST)).toBe("phone");
    announce(address("mac.local", HOST), random);
    expect(nameOf(HOST)).toBe("mac.local");
  });

  it("is the latest one", () => {
    const { announce, nameOf } = devices();
    announce(address("a.local", HOST), address("b.local", HOST));
    expect(nameOf(HOST)).toBe("b.local");
    announce(address("a.local", HOST));
    expect(nameOf(HOST)).toBe("a.local");
  });
});
