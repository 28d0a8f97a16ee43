/** Sources of the anonymisation key: the same key gives the same pseudonyms from each of them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, officeCapture } from "./sample-captures.ts";

const KEY = "00112233445566778899aabbccddeeff".repeat(2);

let folder: CaptureFolder;
let office: string;
let keyFile: string;
beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
  keyFile = folder.put("key", `${KEY}\n`);
});
afterAll(() => folder.remove());

it("an anonymisation key comes from the command line, a file or the environment", async () => {
  const args = ["flows", office];
  const given = await runCli([...args, "--anonymise-key", KEY]);
  expect(given.status).toBe(0);
  const ofFile = await runCli([...args, "--anonymise-key-file", keyFile]);
  const ofEnvironment = await runCli([...args, "--anonymise"], { env: { APPLEFLOW_ANONYMISE_KEY: KEY } });
  expect([ofFile.stdout, ofEnvironment.stdout]).toEqual([given.stdout, given.stdout]);
});

it("an anonymisation key is generated where none is given", async () => {
  const [one, other] = [
    await runCli(["flows", office, "--anonymise"]),
    await runCli(["flows", office, "--anonymise"]),
  ];
  expect(one.stdout).not.toBe(other.stdout);
});

it("an anonymisation key in the environment alone does not anonymise reports", async () => {
  const plain = await runCli(["flows", office]);
  const withKey = await runCli(["flows", office], { env: { APPLEFLOW_ANONYMISE_KEY: KEY } });
  expect(withKey.stdout).toBe(plain.stdout);
});

it("a malformed anonymisation key is refused without being repeated", async () => {
  const secret = "0123secret";
  const file = folder.put("no key", secret);
  for (const args of [
    ["--anonymise-key", secret],
    ["--anonymise-key-file", file],
  ]) {
    const { status, stderr } = await runCli(["flows", office, ...args]);
    expect(status).toBe(1);
    expect(stderr).toContain("64 hexadecimal digits");
    expect(stderr).not.toContain(secret);
  }
  const both = await runCli(["flows", office, "--anonymise-key", KEY, "--anonymise-key-file", keyFile]);
  expect([both.status, both.stderr]).toEqual([
    1,
    "appleflow: --anonymise-key and --anonymise-key-file cannot be combined\n",
  ]);
});
