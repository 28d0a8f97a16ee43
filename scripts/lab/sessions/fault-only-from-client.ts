import { recordOneDirection } from "../apple/one-direction.ts";

export const session = recordOneDirection({ name: "fault-only-from-client", from: "client", format: "pcap" });
