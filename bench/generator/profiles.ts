import type { OfficeProfile } from "./office/office-capture.ts";

/** How the lengths of data frames are drawn. */
interface FrameMix {
  /** Share of all packets with the smallest frame, including handshakes and FINs. */
  readonly smallest: number;
  /** Share of all packets in frames of 590 captured bytes (594 with the FCS, which captures lack). */
  readonly medium: number;
  /** Share of all packets in frames of 1514 captured bytes (1518 with the FCS). */
  readonly largest: number;
}

/** The composition of one benchmark capture. Equal profiles give the same bytes. */
export interface CaptureProfile {
  readonly name: string;
  readonly packets: number;
  /** All of them live at once. */
  readonly flows: number;
  readonly mix: FrameMix;
  readonly seed: number;
  readonly durationSeconds: number;
  /** Mean number of consecutive packets of one flow; 1 would be fully shuffled. */
  readonly meanTrainPackets: number;
  readonly udpShare: number;
  readonly ipv6Share: number;
  readonly vlanShare: number;
  /** Share of flows to a port of Apple's list. */
  readonly listedShare: number;
}

const ORDINARY = {
  durationSeconds: 60,
  meanTrainPackets: 2,
  udpShare: 0.2,
  ipv6Share: 0.2,
  vlanShare: 0.1,
  listedShare: 0.85,
} as const;

/** The captures of flows drawn by port, in the order in which they are run. */
export const PROFILES: readonly CaptureProfile[] = [
  {
    ...ORDINARY,
    name: "small_5M",
    packets: 5_000_000,
    flows: 1_000_000,
    mix: { smallest: 1, medium: 0, largest: 0 },
    seed: 5,
  },
  {
    ...ORDINARY,
    name: "imix_10M",
    packets: 10_000_000,
    flows: 1_000_000,
    mix: { smallest: 7 / 12, medium: 4 / 12, largest: 1 / 12 },
    seed: 9,
  },
  {
    ...ORDINARY,
    name: "imix_1M",
    packets: 1_000_000,
    flows: 100_000,
    mix: { smallest: 7 / 12, medium: 4 / 12, largest: 1 / 12 },
    seed: 6,
  },
  {
    ...ORDINARY,
    name: "big_1500",
    // 85 % of 1514 + 16 bytes and 15 % of about 80 give about 2 GB.
    packets: 1_520_000,
    flows: 1000,
    mix: { smallest: 0.15, medium: 0, largest: 0.85 },
    seed: 7,
  },
];

/** The office capture, in which most flows begin and end, so that each has a handshake or a response to read. */
export const HANDSHAKES: OfficeProfile = {
  name: "handshakes",
  packets: 1_000_000,
  seed: 8,
  conversationsPerSecond: 50,
};

/** The names of all captures, in the order in which they are run. */
export const CAPTURE_NAMES: readonly string[] = [...PROFILES, HANDSHAKES].map(({ name }) => name);

/** The same capture with a tenth of its packets and flows, for experiments. */
export function atTenthScale(profile: CaptureProfile): CaptureProfile {
  return { ...profile, packets: profile.packets / 10, flows: profile.flows / 10 };
}
