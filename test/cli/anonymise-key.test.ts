/** Where the key of pseudonyms comes from: the same key gives the same names, whichever way it comes. */
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

it("is the command line, a file, or the environment", async () => {
  const args = ["flows", office];
  const given = await runCli([...args, "--anonymise-key", KEY]);
  expect(given.status).toBe(0);
  const ofFile = await runCli([...args, "--anonymise-key-file", keyFile]);
  const ofEnvironment = await runCli([...args, "--anonymise"], { env: { APPLEFLOW_ANONYMISE_KEY: KEY } });
  expect([ofFile.stdout, ofEnvironment.stdout]).toEqual([given.stdout, given.stdout]);
});

it("is a new one where there is none", async () => {
  const [one, other] = [
    await runCli(["flows", office, "--anonymise"]),
    await runCli(["flows", office, "--anonymise"]),
  ];
  expect(one.stdout).not.toBe(other.stdout);
});

it("does not make reports anonymous by standing in the environment", async () => {
  const plain = await runCli(["flows", office]);
  const withKey = await runCli(["flows", office], { env: { APPLEFLOW_ANONYMISE_KEY: KEY } });
  expect(withKey.stdout).toBe(plain.stdout);
});

it("is refused without being repeated where it is none", async () => {
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
