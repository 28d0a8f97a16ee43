/** Headless Chromium as a client: BoringSSL's ClientHello, which exceeds a segment, and its own QUIC. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";
import type { AddressFamily } from "./clients.ts";

/** Prevents Chromium from contacting anyone but the host, the only name it can resolve. */
const QUIET = [
  ...[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-default-apps",
  ],
  ...["--disable-background-networking", "--disable-component-update", "--disable-extensions"],
];

/** No predictive connections (2 is "never"), which would occur in some runs only. */
const PREFERENCES = { net: { network_prediction_options: 2 } };

/** Loads a host's page over TLS and TCP, or over QUIC from the first packet on. Throws if it fails. */
export async function visitByChromium(
  lab: Lab,
  host: AppleHost,
  family: AddressFamily,
  certificates: LabCertificates,
  options: { readonly overQuic?: boolean } = {},
): Promise<void> {
  const address = family === "ipv6" ? `[${host.ipv6}]` : host.ipv4;
  const profile = `chromium-${family}`;
  await lab.write(`${profile}/Default/Preferences`, JSON.stringify(PREFERENCES));
  const page = await lab.client.exec(
    [
      ...["chromium", ...QUIET, `--user-data-dir=${lab.folder}/${profile}`],
      options.overQuic === true ? `--origin-to-force-quic-on=${host.name}:443` : "--disable-quic",
      `--ignore-certificate-errors-spki-list=${await readKeyHash(lab, certificates)}`,
      `--host-resolver-rules=MAP ${host.name} ${address}, MAP * ~NOTFOUND, EXCLUDE ${address}`,
      ...["--dump-dom", `https://${host.name}/`],
    ],
    { timeoutMs: 40_000 },
  );
  if (!page.includes("Success")) {
    throw new Error(`Chromium had no answer from ${host.name}: ${page.slice(0, 200)}`);
  }
}

/** SHA-256 of the server's public key, which makes Chromium accept the certificate of an unknown authority. */
async function readKeyHash(lab: Lab, certificates: LabCertificates): Promise<string> {
  const key = `openssl pkey -in ${certificates.key} -pubout -outform der`;
  return (await lab.server.exec(["sh", "-c", `${key} | openssl dgst -sha256 -binary | base64`])).trim();
}
