/** The list as a file of services: names as IANA has them, a line for each port and transport. */
import { describe, expect, it } from "vitest";
import { rowRecord } from "../../src/knowledge/port-list/list-records.ts";
import { renderServices } from "../../src/render/render-services.ts";
import { appleList } from "../support/analyze.ts";

const lines = renderServices(appleList.rows.map(rowRecord))
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const services = lines.map((line) => /^(\S+) +(\d+)\/(tcp|udp)(?: +# .+)?$/.exec(line) ?? [line]);
const nameOf = (place: string) => services.find(([, , port, by]) => `${port}/${by}` === place)?.[1];

describe("a file of services", () => {
  it("has one line for each port and transport, by port", () => {
    const places = services.map(([, , port, transport]) => `${port}/${transport}`);
    expect(new Set(places).size).toBe(places.length);
    const ports = services.map(([, , port]) => Number(port));
    expect(ports).toEqual(ports.toSorted((a, b) => a - b));
    expect(ports.filter((port) => port >= 16_384 && port <= 16_472)).toHaveLength(89);
  });

  it("has names that a service may have (RFC 6335, 5.1)", () => {
    for (const [line, name] of services) {
      expect(name, line).toMatch(/^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(name.length, line).toBeLessThanOrEqual(15);
    }
  });

  it.each([
    ["465/tcp", "submissions"],
    ["500/udp", "isakmp"],
    ["2195/tcp", "apns"],
    ["3480/udp", "stun"],
    ["5223/tcp", "apns"],
    ["16400/udp", "rtp"],
  ])("calls %s %s", (place, name) => {
    expect(nameOf(place)).toBe(name);
  });

  it("names the products of all rows of a port behind it", () => {
    const place = "500/udp";
    expect(lines.find((line) => line.includes(place))).toMatch(
      /# macOS Server VPN service, .*Wi-Fi Calling$/,
    );
  });
});
