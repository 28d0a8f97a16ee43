/** The start of most Apple-shaped sessions: addresses, names and certificates of the hosts they use. */
import type { Lab } from "../lab.ts";
import { type AppleHost, addAppleAddresses } from "./apple-hosts.ts";
import { type LabCertificates, makeCertificates } from "./certificates.ts";
import { type NameBlock, startNameServer } from "./name-server.ts";

/** Assigns the hosts to the server, with a name server that knows them, and returns a certificate for all their names. */
export async function startAppleNetwork(
  lab: Lab,
  hosts: readonly AppleHost[],
  blocked: Readonly<Record<string, NameBlock>> = {},
): Promise<LabCertificates> {
  await addAppleAddresses(lab, hosts);
  await startNameServer(lab, hosts, blocked);
  return makeCertificates(
    lab,
    hosts.map((host) => host.name),
  );
}
