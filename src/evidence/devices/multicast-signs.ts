/** Signs of the sender's vendor and model in a multicast DNS response (RFC 6762, 6 and RFC 6763). */
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

/** The service type in the name of an instance, after the instance's own label (RFC 6763, 4.1). */
const SERVICE_TYPE = /^[^.]*\.(_[^.]+\._(?:tcp|udp))\./;
const DEVICE_INFO = "_device-info._tcp";
/** Macs announce their system version besides their model; devices that only claim to be a Mac do not. */
const VERSION_FIELD = "osxvers";
const MAX_MAKER_LENGTH = 40;
const MAC_MODEL = /^(?:Mac|iMac|Xserve|RackMac|TimeCapsule)/i;

/** The signs in a response that the data files have. */
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

/** A field of a TXT record: `model=MacBookPro16,1` (RFC 6763, 6.3). */
const FIELD = /^([^=]{1,32})=(.+)$/s;

function modelSigns(type: string, { texts }: DnsRecord, signs: DeviceSigns): readonly AnnouncedSign[] {
  const fields = texts.flatMap((text) => {
    const [, key, value] = FIELD.exec(text) ?? [];
    return key === undefined ? [] : [{ key: key.toLowerCase(), value }];
  });
  const fieldOf = (kind: "model-field" | "maker-field") =>
    fields.find(({ key }) => signs.match(kind, `${type} ${key}`) !== null)?.value ?? null;
  const model = fieldOf("model-field");
  const maker = fieldOf("maker-field");
  if (maker !== null && !maker.toLowerCase().startsWith(APPLE.toLowerCase())) {
    const rule = { maker: maker.slice(0, MAX_MAKER_LENGTH), system: null, strength: "strong" } as const;
    return [{ kind: "model", text: model ?? maker, rule }];
  }
  const isVersioned = fields.some(({ key }) => key === VERSION_FIELD);
  if (model === null || (type === DEVICE_INFO && MAC_MODEL.test(model) && !isVersioned)) return [];
  const rule = signs.match("model", model);
  return rule === null ? [] : [{ kind: "model", text: model, rule }];
}
