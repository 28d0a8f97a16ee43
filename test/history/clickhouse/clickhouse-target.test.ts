import { describe, expect, it } from "vitest";
import { isClickHouseUrl, parseClickHouseUrl } from "../../../src/history/clickhouse/clickhouse-target.ts";

describe("the URL of a ClickHouse server", () => {
  it("has a user, a password, a port and TLS, or defaults", () => {
    expect(parseClickHouseUrl("clickhouse://stats.example/appleflow")).toEqual({
      name: "clickhouse://stats.example:8123/appleflow",
      endpoint: "http://stats.example:8123/",
      database: "appleflow",
      user: "default",
      password: "",
      isOpen: false,
    });
    expect(parseClickHouseUrl("clickhouses://s%40x:p%3Aw@[::1]:9/a_1/", "not this one")).toEqual({
      name: "clickhouses://[::1]:9/a_1",
      endpoint: "https://[::1]:9/",
      database: "a_1",
      user: "s@x",
      password: "p:w",
      isOpen: false,
    });
    expect(parseClickHouseUrl("clickhouses://stats.example/a").endpoint).toBe("https://stats.example:8443/");
    expect(parseClickHouseUrl("clickhouse://u@stats.example/a", "from elsewhere").password).toBe(
      "from elsewhere",
    );
  });

  it.each([
    ["clickhouse://stats.example/a", true],
    ["clickhouse://127.0.0.1/a", false],
    ["clickhouse://127.evil.example/a", true],
    ["clickhouse://localhost/a", false],
    ["clickhouses://stats.example/a", false],
  ])("for %s reports whether a password could be read in transit: %s", (url, isOpen) => {
    expect(parseClickHouseUrl(url, "secret").isOpen).toBe(isOpen);
  });

  it.each([
    ["http://stats.example/a", "another kind of address"],
    ["clickhouse:///a", "no host"],
    [
      "clickhouse://u:secret@stats.example",
      'letters, digits and underscores in clickhouse://[user@]host[:port]/database, or clickhouses:// for TLS; this has ""',
    ],
    ["clickhouse://u:secret@stats.example/a.b", '"a.b"'],
    ["clickhouse://u:secret@stats.example/a?secure", "remove what follows the database"],
    ["clickhouse://u:secret%@stats.example/a", "a % that is not part of an escape"],
    ["clickhouse://u:secret@stats.example:x/a", "an invalid URL"],
  ])("is refused as %s, without repeating its password: %s", (url, message) => {
    const parse = () => parseClickHouseUrl(url, "secret");
    expect(parse).toThrow(message);
    expect(parse).toThrow(
      expect.objectContaining({ code: "bad_argument", message: expect.not.stringContaining("secret") }),
    );
  });

  it("is distinguished from a folder", () => {
    const texts = ["clickhouse://x/y", "ClickHouses://x/y", "traffic", "./clickhouse:", "clickhouse:/x"];
    expect(texts.filter(isClickHouseUrl)).toEqual(["clickhouse://x/y", "ClickHouses://x/y"]);
  });
});
