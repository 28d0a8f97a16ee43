/** What an answer of multicast DNS shows of the make and the model of who sends it (RFC 6762, 6 and RFC 6763). */
import type { DeviceSignKind, DeviceSignRule, DeviceSigns } from "../../knowledge/evidence/device-signs.ts";
import { APPLE } from "../../knowledge/evidence/device-signs.ts";
import { type DnsMessage, type DnsRecord, DnsType } from "../payload/dns-message.ts";

/** A sign in a message. */
export interface AnnouncedSign {
  readonly kind: DeviceSignKind;
  /** Hostile text. */
  readonly text: string;
  readonly rule: Pick<DeviceSignRule, "maker" | "system" | "strength">;
}

/** The label of a service type in the name of an instance, behind the instance's own label (RFC 6763, 4.1). */
const SERVICE_TYPE = /^[^.]*\.(_[^.]+\._(?:tcp|udp))\./;
const DEVICE_INFO = "_device-info._tcp";
const AIRPLAY = "_airplay._tcp";
const AIRTUNES = "_raop._tcp";
/** Macs tell their system's version beside their model; those that only say that they are a Mac do not. */
const MAC_MODEL = /^(?:Mac|iMac|Xserve|RackMac|TimeCapsule)/i;

/** The signs in an answer, as far as data knows them. */
export function announcedSigns(
  { records }: DnsMessage,
  signs: DeviceSigns,
  isAppleOnly: (type: string) => boolean,
): readonly AnnouncedSign[] {
  const found: AnnouncedSign[] = [];
  for (const record of records) {
    const type = SERVICE_TYPE.exec(record.name)?.[1]?.toLowerCase();
    if (type === undefined) continue;
    if (record.type === DnsType.SRV) {
      const rule = isAppleOnly(type)
        ? ({ maker: APPLE, system: null, strength: "strong" } as const)
        : signs.match("service-type", type);
      if (rule !== null) found.push({ kind: "service-type", text: type, rule });
    } else if (record.type === DnsType.TXT) found.push(...modelSigns(type, record, signs));
  }
  return found;
}

function modelSigns(type: string, { texts }: DnsRecord, signs: DeviceSigns): readonly AnnouncedSign[] {
  const value = (key: string) =>
    texts.find((text) => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1) ?? null;
  const model = modelOf(type, value);
  if (type === AIRPLAY) {
    const maker = value("manufacturer") ?? value("integrator");
    if (maker !== null && !maker.toLowerCase().startsWith(APPLE.toLowerCase())) {
      const rule = { maker, system: null, strength: "strong" } as const;
      return [{ kind: "model", text: model === null ? maker : `${maker} ${model}`, rule }];
    }
  }
  const rule = model === null ? null : signs.match("model", model);
  return model === null || rule === null ? [] : [{ kind: "model", text: model, rule }];
}

function modelOf(type: string, value: (key: string) => string | null): string | null {
  if (type === AIRTUNES) return value("am");
  if (type === AIRPLAY) return value("model");
  if (type !== DEVICE_INFO) return null;
  const model = value("model");
  return model !== null && MAC_MODEL.test(model) && value("osxvers") === null ? null : model;
}
