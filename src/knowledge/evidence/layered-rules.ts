/** The rules of the package, overridden by those of a user. Each kind is built on first use: most captures need few. */
import type { Product } from "../port-list/product.ts";
import { BonjourRules } from "./bonjour-rules.ts";
import { AppleHardware, type DeviceRules, DeviceSigns } from "./device-signs.ts";
import { DocumentedNetworks } from "./documented-networks.ts";
import type { PackageRows } from "./evidence-rows.ts";
import type { EvidenceRules } from "./evidence-rules.ts";
import { HostRules } from "./host-rules.ts";
import { InfrastructurePorts } from "./infrastructure-ports.ts";
import { NetworkRules } from "./network-rules.ts";
import type { OwnRules } from "./own-rules.ts";
import { ProcessRules } from "./process-rules.ts";
import { ProtocolSigns } from "./protocol-signs.ts";
import { SpecialDomains } from "./special-domains.ts";

export class LayeredRules implements EvidenceRules {
  readonly products: readonly Product[];
  readonly devices: DeviceRules;
  readonly #package: PackageRows;
  readonly #own: OwnRules;
  #hosts: HostRules | null = null;
  #networks: NetworkRules | null = null;
  #documentedNetworks: DocumentedNetworks | null = null;
  #bonjour: BonjourRules | null = null;
  #processes: ProcessRules | null = null;
  #signs: ProtocolSigns | null = null;
  #domains: SpecialDomains | null = null;
  #infrastructure: InfrastructurePorts | null = null;

  constructor(rows: PackageRows, own: OwnRules) {
    this.#package = rows;
    this.#own = own;
    this.devices = new PackageDeviceRules(rows);
    const ofOwn = [own.hosts, own.serviceTypes, own.processes].flat().flatMap(({ products }) => products);
    this.products = Object.freeze([...new Set([...ofOwn, ...rows.products])]);
  }

  get hosts(): HostRules {
    this.#hosts ??= new HostRules([this.#own.hosts, this.#package.rows("hosts")]);
    return this.#hosts;
  }

  get networks(): NetworkRules {
    this.#networks ??= new NetworkRules([...this.#own.networks, ...this.#package.rows("networks")]);
    return this.#networks;
  }

  get documentedNetworks(): DocumentedNetworks {
    this.#documentedNetworks ??= new DocumentedNetworks(this.#package.rows("documentedNetworks"));
    return this.#documentedNetworks;
  }

  get bonjour(): BonjourRules {
    this.#bonjour ??= new BonjourRules([this.#own.serviceTypes, this.#package.rows("serviceTypes")]);
    return this.#bonjour;
  }

  get processes(): ProcessRules {
    this.#processes ??= new ProcessRules([this.#own.processes, this.#package.rows("processes")]);
    return this.#processes;
  }

  get signs(): ProtocolSigns {
    this.#signs ??= new ProtocolSigns(this.#package.rows("protocolSigns"));
    return this.#signs;
  }

  get domains(): SpecialDomains {
    this.#domains ??= new SpecialDomains(this.#package.rows("specialDomains"));
    return this.#domains;
  }

  get infrastructure(): InfrastructurePorts {
    this.#infrastructure ??= new InfrastructurePorts(this.#package.rows("infrastructure"));
    return this.#infrastructure;
  }
}

class PackageDeviceRules implements DeviceRules {
  readonly #package: PackageRows;
  #signs: DeviceSigns | null = null;
  #appleHardware: AppleHardware | null = null;

  constructor(rows: PackageRows) {
    this.#package = rows;
  }

  get signs(): DeviceSigns {
    this.#signs ??= new DeviceSigns(this.#package.rows("deviceSigns"));
    return this.#signs;
  }

  get appleHardware(): AppleHardware {
    this.#appleHardware ??= new AppleHardware(this.#package.rows("appleHardware"));
    return this.#appleHardware;
  }
}
