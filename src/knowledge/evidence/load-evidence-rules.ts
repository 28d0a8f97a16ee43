/**
 * From the data files of evidence to {@link EvidenceRules}. Everything is validated on every start, as the port list is.
 */

import { readTextFile } from "../../text-file.ts";
import { DATA_FOLDER } from "../data-folder.ts";
import { DataSources } from "../port-list/data-sources.ts";
import type { Product } from "../port-list/product.ts";
import { BonjourRules } from "./bonjour-rules.ts";
import { AppleHardware, DeviceSigns } from "./device-signs.ts";
import { DocumentedNetworks } from "./documented-networks.ts";
import type { EvidenceRules } from "./evidence-rules.ts";
import { HostRules } from "./host-rules.ts";
import { InfrastructurePorts } from "./infrastructure-ports.ts";
import { NetworkRules } from "./network-rules.ts";
import { NO_OWN_RULES, parseOwnRules } from "./own-rules.ts";
import { ProcessRules } from "./process-rules.ts";
import { ProtocolSigns } from "./protocol-signs.ts";
import { RuleFiles } from "./rule-files.ts";
import { SpecialDomains } from "./special-domains.ts";

/** Where the rules come from. */
export interface EvidenceRulesOptions {
  /** A file of rules of the user's own, which win over the package's. */
  readonly rulesFile?: string | undefined;
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

/** Finds products by canonical name or alias, without regard to case; a `ServiceTable` is one. */
export interface ProductFinder {
  product(name: string): Product | null;
}

/** The rules with what reading them found; {@link loadEvidenceRules} for the rules alone. */
export interface LoadedEvidence {
  readonly rules: EvidenceRules;
  /** How many rows each file of the package has. */
  readonly rowCounts: Readonly<
    Record<
      | "hosts"
      | "networks"
      | "documentedNetworks"
      | "serviceTypes"
      | "processes"
      | "protocolSigns"
      | "specialDomains"
      | "infrastructure"
      | "deviceSigns"
      | "appleHardware",
      number
    >
  >;
  /** Keys of `data/sources.tsv`, and those of them that a row of these files cites. */
  readonly sources: readonly string[];
  readonly citedSources: ReadonlySet<string>;
}

/**
 * The rules of the package, and the user's own over them.
 *
 * @param catalogue knows every product that the package's rules name: the list of ports
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for anything in one
 * that cannot be right
 *
 * @example
 * ```ts
 * import { loadEvidenceRules, loadPortList, summarize } from "appleflow";
 *
 * const services = loadPortList();
 * const rules = loadEvidenceRules(services, { rulesFile: "ours.tsv" });
 * const summary = await summarize(["office.pcapng"], { services, rules });
 * ```
 */
export function loadEvidenceRules(
  catalogue: ProductFinder,
  options: EvidenceRulesOptions = {},
): EvidenceRules {
  return loadEvidence(catalogue, options).rules;
}

/** {@link loadEvidenceRules}, with the counts that the checks of the data pin. */
export function loadEvidence(catalogue: ProductFinder, options: EvidenceRulesOptions = {}): LoadedEvidence {
  const folder = options.dataFolder ?? DATA_FOLDER;
  const read = (name: string) => readTextFile(new URL(name, folder), `data/${name}`);
  const findProduct = (name: string) => catalogue.product(name);
  const sources = new DataSources(read("sources.tsv"), "data/sources.tsv");
  const files = new RuleFiles(findProduct, sources);
  const hosts = files.hosts(read("hosts.tsv"), "data/hosts.tsv");
  const networks = files.networks(read("networks.tsv"), "data/networks.tsv");
  const documentedNetworks = files.documentedNetworks(
    read("documented-networks.tsv"),
    "data/documented-networks.tsv",
  );
  const serviceTypes = files.serviceTypes(read("bonjour.tsv"), "data/bonjour.tsv");
  const processes = files.processes(read("processes.tsv"), "data/processes.tsv");
  const protocolSigns = files.protocolSigns(read("protocol-signs.tsv"), "data/protocol-signs.tsv");
  const specialDomains = files.specialDomains(read("special-domains.tsv"), "data/special-domains.tsv");
  const infrastructure = files.infrastructure(
    read("infrastructure-ports.tsv"),
    "data/infrastructure-ports.tsv",
  );
  const deviceSigns = files.deviceSigns(read("device-signs.tsv"), "data/device-signs.tsv");
  const appleHardware = files.appleHardware(read("apple-hardware.tsv"), "data/apple-hardware.tsv");
  const { rulesFile } = options;
  const own =
    rulesFile === undefined
      ? NO_OWN_RULES
      : parseOwnRules(readTextFile(rulesFile, rulesFile), rulesFile, findProduct);
  const naming = [
    own.hosts,
    own.serviceTypes,
    own.processes,
    hosts,
    serviceTypes,
    processes,
    protocolSigns,
    documentedNetworks,
  ].flat();
  return {
    rules: Object.freeze({
      hosts: new HostRules([own.hosts, hosts]),
      networks: new NetworkRules([...own.networks, ...networks]),
      documentedNetworks: new DocumentedNetworks(documentedNetworks),
      bonjour: new BonjourRules([own.serviceTypes, serviceTypes]),
      processes: new ProcessRules([own.processes, processes]),
      signs: new ProtocolSigns(protocolSigns),
      domains: new SpecialDomains(specialDomains),
      devices: Object.freeze({
        signs: new DeviceSigns(deviceSigns),
        appleHardware: new AppleHardware(appleHardware),
      }),
      infrastructure: new InfrastructurePorts(infrastructure),
      products: Object.freeze([...new Set(naming.flatMap(({ products }) => products))]),
    }),
    rowCounts: {
      hosts: hosts.length,
      networks: networks.length,
      documentedNetworks: documentedNetworks.length,
      serviceTypes: serviceTypes.length,
      processes: processes.length,
      protocolSigns: protocolSigns.length,
      specialDomains: specialDomains.length,
      infrastructure: infrastructure.length,
      deviceSigns: deviceSigns.length,
      appleHardware: appleHardware.length,
    },
    sources: sources.keys,
    citedSources: files.citedSources,
  };
}
