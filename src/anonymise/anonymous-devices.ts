/** Anonymises devices: makers and models stay, names and addresses do not. */
import type { DeviceSummary, NetworkSummary } from "../reports/devices/device-report.ts";
import { compareText } from "../reports/traffic/compare-text.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** A sign that consists of a user-given device name, or of a user agent, whose first word stays. */
const NAME_SIGN = /^(host-name: ).*( \([^()]*\))$/s;
const AGENT_SIGN = /^(user-agent: \S*) .*( \([^()]*\))$/s;

/** Returns the devices under pseudonyms, sorted again: the old order would reveal the old ids. */
export function anonymiseDevices(devices: readonly DeviceSummary[], pseudonyms: Pseudonyms): DeviceSummary[] {
  return devices
    .map((device) => ({
      id: pseudonyms.deviceId(device.id),
      name: device.name === null ? null : pseudonyms.hostName(device.name),
      maker: device.maker,
      model: device.model,
      isApple: device.isApple,
      isGateway: device.isGateway,
      signs: device.signs.map((sign) => sign.replace(NAME_SIGN, "$1(hidden)$2").replace(AGENT_SIGN, "$1$2")),
      addresses: device.addresses.map((address) => pseudonyms.address(address)),
      macs: device.macs.map((mac) => pseudonyms.hardware(mac)),
      vlans: device.vlans,
      groups: device.groups,
      sent: device.sent,
      received: device.received,
    }))
    .sort((a, b) => b.sent + b.received - a.sent - a.received || compareText(a.id, b.id));
}

/** Returns the networks under other addresses; VLANs keep their numbers. */
export function anonymiseNetworks(
  networks: readonly NetworkSummary[],
  pseudonyms: Pseudonyms,
): NetworkSummary[] {
  return networks
    .map(({ network, devices, groups, sent, received }) => ({
      network: network.includes("/") ? pseudonyms.network(network) : network,
      devices,
      groups,
      sent,
      received,
    }))
    .sort((a, b) => b.sent + b.received - a.sent - a.received || compareText(a.network, b.network));
}
