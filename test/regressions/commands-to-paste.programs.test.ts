/** Commands suggested in messages must run as they are, whatever the name of a file or interface. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unreadFormatError } from "../../src/packets/files/unread-formats.ts";
import { captureError } from "../../src/packets/live/capture-errors.ts";
import { diagnose } from "../../src/packets/live/diagnosis.ts";
import { escapeText } from "../../src/render/render-escape.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder, officeCapture } from "../cli/sample-captures.ts";

const NAMES = ["my cap.snoop", "it's; touch made", "$(touch made)", "`touch made`", "-F", "a\nb", "*"];
/** An option with which Node does not start, nor the process of cap. */
const WITHOUT_CAP = "--no-such-option";
const PROGRAMS = ["xz", "bzip2", "lz4", "gzip", "editcap", "ip", "ifconfig", "install"];

let folder: CaptureFolder;

beforeAll(() => {
  folder = new CaptureFolder();
  for (const program of [...PROGRAMS, "sudo", "appleflow"]) {
    const isWrapper = program === "sudo";
    const script = isWrapper ? 'exec "$@"' : `printf '%s\\0' "$@"`;
    chmodSync(folder.put(program, `#!/bin/sh\n${script}\n`), 0o755);
  }
});
afterAll(() => folder.remove());

/** Returns the arguments that a command, as shown, passes to its program. */
function argumentsOf(command: string): string[] {
  const text = execFileSync("sh", ["-c", command], {
    cwd: folder.path,
    env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` },
    encoding: "utf8",
  });
  return text.split("\0").slice(0, -1);
}

function hintFor(first: string, name: string): string {
  const shown = escapeText(unreadFormatError(Buffer.from(first, "latin1"), name).message);
  const hint = /; try: (.*) \| appleflow summarize -$/.exec(shown)?.[1];
  if (hint === undefined) throw new Error(`no hint: ${shown}`);
  return hint;
}

describe("the suggested command for an unsupported format", () => {
  const asFile = (name: string) => (name.startsWith("-") ? `./${name}` : name);

  it.each(NAMES)("unpacks %j", (name) => {
    for (const magic of ["\xfd7zXZ\0", "BZh", "\x04\x22\x4d\x18", "\x1f\x9d"]) {
      expect(argumentsOf(hintFor(magic, name))).toEqual(["-dc", asFile(name)]);
    }
  });

  it.each(NAMES)("converts %j", (name) => {
    expect(argumentsOf(hintFor("snoop\0\0\0", name))).toEqual(["-F", "pcapng", asFile(name), "-"]);
  });

  it("is unquoted if the name is plain", () => {
    expect(hintFor("snoop\0\0\0", "/tmp/office.snoop")).toBe("editcap -F pcapng /tmp/office.snoop -");
    expect(hintFor("PK\x03\x04", "office.zip")).toBe("unzip -p office.zip");
    expect(hintFor("BZh", "-")).toBe("bzip2 -dc FILE");
  });

  const hasUnzip = spawnSync("unzip", ["-v"]).status === 0;
  if (!hasUnzip) console.info("skipped: archives by their names: not installed: unzip");

  it.skipIf(!hasUnzip)("extracts the archive of exactly that name, although unzip expands patterns", () => {
    const names = [
      "a*b.zip",
      "aXb.zip",
      "a?b.zip",
      "a[X]b.zip",
      "a[b.zip",
      "a\\b.zip",
      "a\\*b.zip",
      "-p.zip",
    ];
    for (const name of [...names, "a b.zip"]) writeFileSync(join(folder.path, name), storedZip(name));
    for (const name of names) {
      const shown = execFileSync("sh", ["-c", hintFor("PK\x03\x04", name)], { cwd: folder.path });
      expect(shown.toString()).toBe(name);
    }
  });
});

describe("the suggested command for an interface", () => {
  it.each(["eth0", "a;touch made", "$(touch made)", "-family"])("brings up %j", (name) => {
    const shown = escapeText(captureError("interface_down", name, "the interface is down").message);
    const command = shown.slice(shown.lastIndexOf("sudo "));
    const words = argumentsOf(command);
    expect(words.slice(-2)).toEqual([name, "up"]);
    if (name === "eth0") expect(command).toMatch(/^sudo (?:ip link set|ifconfig) eth0 up$/);
  });
});

describe.skipIf(process.platform !== "linux")("the doctor's command for tcpdump", () => {
  it("copies the tcpdump in PATH, whatever its folder is called", async () => {
    const odd = new CaptureFolder();
    try {
      const path = join(odd.path, "it's; $(here)");
      execFileSync("mkdir", [path]);
      writeFileSync(join(path, "tcpdump"), "#!/bin/sh\necho 'permission denied' >&2\nexit 1\n");
      chmodSync(join(path, "tcpdump"), 0o755);
      const { findings } = await diagnose({ PATH: path, NODE_OPTIONS: WITHOUT_CAP });
      const command = findings.flatMap(({ remedy }) => remedy).find((line) => line.includes(" install -m "));
      expect(argumentsOf(command ?? "").at(-2)).toBe(join(path, "tcpdump"));
    } finally {
      odd.remove();
    }
  });
});

describe("the suggested command after a mistake", () => {
  it("has the file as one word", async () => {
    const file = folder.put("my cap; $(touch made).pcap", officeCapture());
    const { stderr } = await runCli([file]);
    const command = /Did you mean "(.*)"\?$/m.exec(stderr)?.[1];
    expect(argumentsOf(command ?? "")).toEqual(["summarize", file]);
  });
});

/** An archive with one entry "x" that contains `text`, stored (APPNOTE.TXT, 4.3). */
function storedZip(text: string): Buffer {
  const data = Buffer.from(text);
  const name = Buffer.from("x");
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(data), 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(data.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, name, data]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), shared, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

/** As in gzip (RFC 1952, section 8). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
