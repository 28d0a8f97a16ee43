/** A certificate authority of the lab and its servers' certificate, made by openssl with (small) P-256 keys. */
import type { Lab } from "../lab.ts";

/** Paths below the lab's folder. */
export interface LabCertificates {
  /** The authority trusted by clients. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority and one certificate for all names. */
export async function makeCertificates(lab: Lab, names: readonly string[]): Promise<LabCertificates> {
  const authority = `${lab.folder}/authority.pem`;
  const authorityKey = `${lab.folder}/authority-key.pem`;
  const certificate = `${lab.folder}/certificate.pem`;
  const key = `${lab.folder}/key.pem`;
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await lab.server.exec([
    ...["openssl", "req", "-x509", ...newKey, "-days", "3650", "-subj", "/CN=Lab Authority"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", authorityKey, "-out", authority],
  ]);
  const request = `${lab.folder}/request.pem`;
  await lab.server.exec([
    "openssl",
    "req",
    ...newKey,
    "-subj",
    `/CN=${names[0]}`,
    "-keyout",
    key,
    "-out",
    request,
  ]);
  const alternatives = names.map((name) => `DNS:${name}`).join(",");
  const extensions = await lab.write(
    "extensions.cnf",
    `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth\n`,
  );
  await lab.server.exec([
    ...[
      "openssl",
      "x509",
      "-req",
      "-in",
      request,
      "-CA",
      authority,
      "-CAkey",
      authorityKey,
      "-set_serial",
      "1",
    ],
    ...["-days", "365", "-extfile", extensions, "-out", certificate],
  ]);
  return { authority, certificate, key };
}
