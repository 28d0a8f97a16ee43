/**
 * Anonymises a summary. Parts that may contain personal data are listed field by field: a new one does not compile
 * until it is handled here.
 */

import type { CaptureSummary, InterfaceSummary, SourceSummary } from "../reports/capture-summary.ts";
import type { IntervalTraffic } from "../reports/series/live-series.ts";
import type { BucketDevice, Series } from "../reports/series/series-report.ts";
import { compareText } from "../reports/traffic/compare-text.ts";
import { OTHER_DOMAINS, OTHER_HOSTS } from "../reports/traffic/host-collector.ts";
import type {
  ContentCaching,
  DomainTraffic,
  HostSummary,
  NameTraffic,
  ServerSummary,
  Summary,
} from "../reports/traffic/summary.ts";
import { anonymiseDevices, anonymiseNetworks } from "./anonymous-devices.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** Returns the summary under pseudonyms. Numbers, times, products and the list's service names stay. */
export function anonymiseSummary(summary: Summary, pseudonyms: Pseudonyms): Summary {
  const { capture, contentCaching, hosts, networks, options, otherFlows, servers } = summary;
  return {
    schema: summary.schema,
    program: summary.program,
    // The filter may contain host names, and `--device` names a device.
    options: {
      ...options,
      filter: options.filter === null ? null : "(hidden)",
      ...(options.device !== undefined && { device: "(hidden)" }),
    },
    anonymised: true,
    complete: summary.complete,
    capture: anonymiseCapture(capture, pseudonyms),
    packets: summary.packets,
    bytes: summary.bytes,
    flows: summary.flows,
    evidenceDropped: summary.evidenceDropped,
    classes: summary.classes,
    apple: summary.apple,
    groups: summary.groups.map((group) => ({ ...group, names: anonymiseNames(group.names, pseudonyms) })),
    products: summary.products.map((row) => ({ ...row, names: anonymiseNames(row.names, pseudonyms) })),
    families: summary.families,
    devices: anonymiseDevices(summary.devices, pseudonyms),
    outside: summary.outside,
    ...(networks !== undefined && { networks: anonymiseNetworks(networks, pseudonyms) }),
    ...(servers !== undefined && { servers: anonymiseServers(servers, pseudonyms) }),
    otherDevices: summary.otherDevices,
    ports: summary.ports,
    ...(otherFlows !== undefined && { otherFlows }),
    ...(hosts === undefined ? {} : { hosts: anonymiseHosts(hosts, pseudonyms) }),
    ...(contentCaching !== undefined && { contentCaching: anonymiseCaching(contentCaching, pseudonyms) }),
    series: summary.series === null ? null : anonymiseSeries(summary.series, pseudonyms),
    weirds: summary.weirds,
  };
}

/** Replaces the ids of devices; times and groups stay. */
function anonymiseSeries(series: Series, pseudonyms: Pseudonyms): Series {
  const buckets = series.buckets.map((bucket) => ({
    ...bucket,
    devices: anonymiseEnds(bucket.devices, pseudonyms),
  }));
  return { ...series, buckets };
}

/** Returns the traffic of a monitoring interval with other device ids. */
export function anonymiseInterval(traffic: IntervalTraffic, pseudonyms: Pseudonyms): IntervalTraffic {
  return { ...traffic, devices: anonymiseEnds(traffic.devices, pseudonyms) };
}

function anonymiseEnds(devices: readonly BucketDevice[], pseudonyms: Pseudonyms): BucketDevice[] {
  return devices
    .map((device) => ({ ...device, id: pseudonyms.deviceId(device.id) }))
    .sort((a, b) => b.sent + b.received - a.sent - a.received || compareText(a.id, b.id));
}

/** Merges names that share a pseudonym. */
function anonymiseNames(names: readonly NameTraffic[], pseudonyms: Pseudonyms): NameTraffic[] {
  const bytes = new Map<string, number>();
  for (const { name, bytes: more } of names) {
    const hidden = pseudonyms.hostName(name);
    bytes.set(hidden, (bytes.get(hidden) ?? 0) + more);
  }
  return [...bytes]
    .map(([name, sum]) => ({ name, bytes: sum }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
}

/** Returns the capture's metadata under pseudonyms. */
export function anonymiseCapture(capture: CaptureSummary, pseudonyms: Pseudonyms): CaptureSummary {
  return { ...capture, sources: capture.sources.map((source) => anonymiseSource(source, pseudonyms)) };
}

function anonymiseSource(source: SourceSummary, pseudonyms: Pseudonyms): SourceSummary {
  const { name, error } = source;
  const otherName = pseudonyms.sourceName(name);
  return {
    name: otherName,
    format: source.format,
    linkTypes: source.linkTypes,
    packets: source.packets,
    bytes: source.bytes,
    start: source.start,
    end: source.end,
    complete: source.complete,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: name === "" ? error.message : error.message.replaceAll(name, otherName),
            offset: error.offset,
          },
    interfaces: source.interfaces.map((one) => anonymiseInterface(one, pseudonyms)),
    ...(source.moreInterfaces !== undefined && { moreInterfaces: source.moreInterfaces }),
    ...(source.weirds !== undefined && { weirds: source.weirds }),
  };
}

function anonymiseInterface(one: InterfaceSummary, pseudonyms: Pseudonyms): InterfaceSummary {
  return {
    name: one.name === null ? null : pseudonyms.interfaceName(one.name),
    linkType: one.linkType,
    packets: one.packets,
    unsupported: one.unsupported,
    ...(one.ipAlone !== undefined && { ipAlone: one.ipAlone }),
    dropped: one.dropped,
  };
}

/** Sorted again: among servers with equal bytes, the old order would reveal the old addresses. */
function anonymiseServers(servers: readonly ServerSummary[], pseudonyms: Pseudonyms): ServerSummary[] {
  return servers
    .map(({ server, device, names, ...traffic }) => ({
      server: server === null ? null : pseudonyms.address(server),
      class: traffic.class,
      device: device === null ? null : pseudonyms.hostName(device),
      names: anonymiseNames(names, pseudonyms),
      flows: traffic.flows,
      packets: traffic.packets,
      bytes: traffic.bytes,
    }))
    .sort(
      (a, b) =>
        b.bytes - a.bytes || compareText(a.server ?? "", b.server ?? "") || compareText(a.class, b.class),
    );
}

/** Sorted again for the same reason. */
function anonymiseCaching(caching: ContentCaching, pseudonyms: Pseudonyms): ContentCaching {
  const caches = caching.caches.map(({ address, port, flows, packets, bytes }) => ({
    address: pseudonyms.address(address),
    port,
    flows,
    packets,
    bytes,
  }));
  caches.sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address) || a.port - b.port);
  return { couldBe: caching.couldBe, fromCaches: caching.fromCaches, caches };
}

/** Sorted again for the same reason. */
function anonymiseHosts(hosts: readonly HostSummary[], pseudonyms: Pseudonyms): HostSummary[] {
  return hosts
    .map((host) => ({
      address: host.address === OTHER_HOSTS ? OTHER_HOSTS : pseudonyms.address(host.address),
      name: host.name === null ? null : pseudonyms.hostName(host.name),
      flows: host.flows,
      packets: host.packets,
      bytes: host.bytes,
      domains: host.domains
        .map((domain) => anonymiseDomain(domain, pseudonyms))
        .sort((a, b) => b.bytes - a.bytes || compareText(a.domain ?? "", b.domain ?? "")),
    }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address));
}

function anonymiseDomain(traffic: DomainTraffic, pseudonyms: Pseudonyms): DomainTraffic {
  const { domain, flows, packets, bytes } = traffic;
  const isOpen = domain === null || domain === OTHER_DOMAINS;
  return { domain: isOpen ? domain : pseudonyms.hostName(domain), flows, packets, bytes };
}
