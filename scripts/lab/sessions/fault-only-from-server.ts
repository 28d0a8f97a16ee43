import { recordOneDirection } from "../apple/one-direction.ts";

export const session = recordOneDirection({
  name: "fault-only-from-server",
  from: "server",
  format: "pcapng",
});
