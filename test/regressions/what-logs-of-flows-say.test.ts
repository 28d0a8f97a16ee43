/** Logs of flows: a protocol that a log names had "the first 0 bytes", and names without flows were silence. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder } from "../cli/sample-captures.ts";

let folder: CaptureFolder;
beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

const SSL = `#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tssl
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tserver_name
#types\ttime\tstring\taddr\tport\taddr\tport\tstring
1700000000.0\tC1\t10.0.0.1\t50000\t17.253.15.201\t443\tmesu.apple.com
`;

it("says of a protocol that the log names it", async () => {
  const { stdout } = await runCli(["flows", "--explain", "Push", "fixtures/logs/apple-push.eve.json.gz"]);
  expect(stdout).toContain("\n  protocol    tls, named by the log; ");
  expect(stdout).not.toContain("first 0 bytes");
});

it("says that a log of names has no flows", async () => {
  const ssl = folder.put("ssl.log", Buffer.from(SSL));
  for (const command of ["summarize", "flows"]) {
    const { status, stderr } = await runCli([command, ssl]);
    expect(status).toBe(0);
    expect(stderr).toBe(
      "appleflow: the logs have the name of 1 flow, but no flow records: read conn.log (Zeek) or flow events (Suricata) with them\n",
    );
  }
});

it("names all that is read where a file is none of it", async () => {
  const { status, stderr } = await runCli(["summarize", "package.json"]);
  expect(status).toBe(3);
  expect(stderr).toContain("neither pcap nor pcapng, and no log of Zeek, Suricata or nfdump");
});
