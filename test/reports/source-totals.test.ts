import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { NO_TIME } from "../../src/net/moment.ts";
import { MoreSourceTotals } from "../../src/reports/more-sources.ts";
import { SourceTotals, summarizeCapture } from "../../src/reports/source-totals.ts";
import { TunnelTotals } from "../../src/reports/tunnel-totals.ts";

describe("the totals of a source", () => {
  it("include its first and last time in whatever order they come", () => {
    const totals = new SourceTotals("a.pcap", "pcap");
    totals.add(60, 1_700_000_005, 5);
    totals.add(40, 1_700_000_005, 4);
    totals.add(10, NO_TIME, NO_TIME);
    totals.add(20, 1_700_000_009, 0);
    totals.add(20, 1_700_000_008, 999_999_999);
    expect(totals.toSummary(9)).toMatchObject({
      name: "a.pcap",
      format: "pcap",
      packets: 5,
      bytes: 150,
      start: "2023-11-14T22:13:25.000000004Z",
      end: "2023-11-14T22:13:29.000000000Z",
      complete: true,
      error: null,
    });
    expect(summarizeCapture([totals], new MoreSourceTotals(), new TunnelTotals(), 9).durationSeconds).toBe(
      3.999999996,
    );
  });

  it("have no times if its records have none", () => {
    const totals = new SourceTotals("-", "pcapng");
    totals.add(60, NO_TIME, NO_TIME);
    expect(totals.toSummary(6)).toMatchObject({ packets: 1, start: null, end: null });
    expect(summarizeCapture([totals], new MoreSourceTotals(), new TunnelTotals(), 6)).toMatchObject({
      start: null,
      end: null,
      durationSeconds: 0,
    });
  });

  it("accept a time of 0", () => {
    const totals = new SourceTotals("a.pcap", "pcap");
    totals.add(60, 0, 0);
    expect(totals.toSummary(0)).toMatchObject({ start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:00:00Z" });
  });

  it("report what stopped reading", () => {
    const totals = new SourceTotals("a.pcap", "pcap");
    totals.add(60, 1, 0);
    totals.finish(
      { listed: [], more: null },
      new InputError("truncated_record", "cut", { source: "a.pcap", offset: 100 }),
    );
    expect(totals.toSummary(0)).toMatchObject({
      packets: 1,
      complete: false,
      error: { code: "truncated_record", message: "cut", offset: 100 },
    });
    const closed = new SourceTotals("b.pcap", null);
    closed.finish({ listed: [], more: null }, new InputError("cannot_open", "no such file"));
    expect(closed.toSummary(0).error).toEqual({ code: "cannot_open", message: "no such file", offset: null });
  });

  it("name every link type once", () => {
    const totals = new SourceTotals("a.pcapng", "pcapng");
    const face = (linkType: string) => ({ name: null, linkType, packets: 1, dropped: null, unsupported: 0 });
    totals.finish({ listed: [face("ETHERNET"), face("RAW"), face("ETHERNET")], more: null }, null);
    expect(totals.toSummary(0).linkTypes).toEqual(["ETHERNET", "RAW"]);
  });
});

describe("the totals of the capture", () => {
  it("span all sources, in whatever order they are given", () => {
    const late = new SourceTotals("late", "pcap");
    late.add(60, 2000, 0);
    const early = new SourceTotals("early", "pcap");
    early.add(40, 1000, 500_000_000);
    const none = new SourceTotals("none", null);
    expect(
      summarizeCapture([late, none, early], new MoreSourceTotals(), new TunnelTotals(), 1),
    ).toMatchObject({
      packets: 2,
      bytes: 100,
      start: "1970-01-01T00:16:40.5Z",
      end: "1970-01-01T00:33:20.0Z",
      durationSeconds: 999.5,
    });
  });
});
