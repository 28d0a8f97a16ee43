/** `route -n get FAMILY default` of a simulated Mac. */
import { by, fail, readState } from "./state.mjs";

by("route");
const { route } = readState();
const family = process.argv[4];
if (route === null || family === "-inet6") fail("route: writing to routing socket: not in table");
process.stdout.write(
  `   route to: default\ndestination: default\n       mask: default\n    gateway: 192.168.1.1\n  interface: ${route}\n`,
);
