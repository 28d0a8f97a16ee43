/** Short texts: output of other programs, and option values. */
import {
  addressTest,
  parseAge,
  parseDuration,
  parsePercent,
  parsePrefixes,
} from "../../../src/cli/option-parsers.ts";
import { parseTime } from "../../../src/cli/time-option.ts";
import { readLibpcapError } from "../../../src/packets/live/capture-errors.ts";
import { readIpv4Default, readIpv6Default } from "../../../src/packets/live/default-route.ts";
import { readProcNetDev, readTcpdumpList } from "../../../src/packets/live/network-interfaces.ts";
import { readTcpdumpMessage } from "../../../src/packets/live/tcpdump-program.ts";
import { textTargets } from "../fuzz-target.ts";
import { orRefusal } from "../refusal.ts";

const PROGRAM_TEXTS = [
  "1.eth0 [Up, Running, Connected]\n2.any (Pseudo-device that captures on all interfaces) [Up, Running]\n3.lo [Up, Running, Loopback]\n",
  "tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes",
  "12 packets captured\n34 packets received by filter\n5 packets dropped by kernel\n",
  "tcpdump: eth0: You don't have permission to capture on that device\n(socket: Operation not permitted)",
  "Inter-|   Receive\n face |bytes\n    lo: 1 2 3\n  eth0: 4 5 6\n",
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\n",
  "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n",
];
const OPTION_VALUES = [
  "2026-01-31",
  "2026-01-31T09:30:00Z",
  "2026-01-31T10:30:00.5+01:00",
  "1769851800.5",
  "10s",
  "366d",
  "24,64",
  "5%",
  "0.5%",
  "192.0.2.1",
  "2001:db8::0:1",
];

/** One target for each. */
export const TEXT_TARGETS = textTargets([
  {
    name: "program-output",
    samples: PROGRAM_TEXTS,
    run: (text) => {
      readTcpdumpList(text);
      readProcNetDev(text);
      readIpv4Default(text);
      readIpv6Default(text);
      for (const line of text.split("\n")) readTcpdumpMessage(line);
      readLibpcapError(text, "eth0");
    },
  },
  {
    name: "option-values",
    samples: OPTION_VALUES,
    run: (text) => {
      for (const parse of [parseTime, parseAge, parseDuration, parsePercent, parsePrefixes, addressTest]) {
        orRefusal(() => parse(text));
      }
    },
  },
]);
