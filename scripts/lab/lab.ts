/**
 * The lab's vocabulary: what a session of real programs is made of, and what the runner gives it. A session starts
 * servers and clients on hosts that are network namespaces of their own, lets them talk while tcpdump records, and
 * says what it started: that, not our classifier, is what its capture is checked against.
 */

/** One conversation between real programs, and the capture that it leaves (`fixtures/lab/NAME.pcap` or `.pcapng`). */
export interface LabSession {
  /** Kebab case; also the capture's name. */
  readonly name: string;
  /** What runs, for fixtures/README.md: one line. */
  readonly about: string;
  /** Debian packages that it needs, beside those of the runner. */
  readonly packages: readonly string[];
  /**
   * Packages that are only unpacked, below `folder/unpacked/NAME/`, as installing them would remove what a machine has (a
   * second time daemon). What they depend on stands in `packages`.
   */
  readonly unpacks?: readonly string[];
  /** Rows of Apple's list that its traffic is meant to show, as `PORT/TRANSPORT` ("22/tcp"). */
  readonly rows: readonly string[];
  readonly format: "pcap" | "pcapng";
  /** Bytes kept of each packet; all where nothing is given. */
  readonly snaplen?: number;
  /** A router stands between client and server, which can filter (nftables) and do what programs on it do. */
  readonly withRouter?: boolean;
  /** Where tcpdump listens: the server, or with a router the router's side of the client, where nothing is given. */
  readonly recordsAt?: LabHost["name"];
  /** tcpdump's own words, options and then a filter: `["-Q", "in"]`, `["not", "arp"]`. */
  readonly recordsOnly?: readonly string[];
  /** Recording begins when `run` calls `recording.start()`, for a capture that begins in the middle. */
  readonly recordsLater?: boolean;
  /** Starts, speaks, and returns when the conversation is over. The runner stops what it started. Throws for failure. */
  run(lab: Lab): Promise<void>;
}

/** What a session works with. */
export interface Lab {
  readonly client: LabHost;
  readonly server: LabHost;
  /** Only with `withRouter`. */
  readonly router: LabHost | null;
  /** An empty folder for configuration and data, removed afterwards. */
  readonly folder: string;
  /** Writes a file below `folder` and returns its path. */
  write(name: string, content: string): Promise<string>;
  /** Says that a program serves here: the truth that the capture's flows are scored against. */
  serves(host: LabHost, service: ServedPort): void;
  /** Says what became of an attempt to reach a service, and by which names: the truth of names and verdicts. */
  expects(attempt: ExpectedAttempt): void;
  /** Pauses; for programs that give no sign of being ready. Prefer `LabHost.waitForPort`. */
  pause(ms: number): Promise<void>;
  /** For captures of a part: begins recording (`recordsLater`), or stops it for good before `run` returns. */
  readonly recording: { start(): Promise<void>; stop(): Promise<void> };
}

/** A port on which a program of the lab serves. */
export interface ServedPort {
  readonly transport: "tcp" | "udp";
  /** One port, or those that a configuration lets the program choose from (passive FTP: a narrow range). */
  readonly port: number | readonly [first: number, last: number];
  /** The command that serves, as "sshd", or its path; its Debian package is the source of its version. */
  readonly program: string;
  /** The one address that it serves on: multicast, broadcast, or one of the host's. All of the host's where absent. */
  readonly address?: string;
}

/**
 * What an administrator would find about one attempt. `name-blocked` has no address, as there was nothing to connect to;
 * every other attempt names the address and port that were tried.
 */
export interface ExpectedAttempt {
  readonly transport?: "tcp" | "udp";
  /** Where the originator sent to: an address as it stands in the packets, and its port. */
  readonly address?: string;
  readonly port?: number;
  readonly verdict: ExpectedVerdict;
  /** What made it so, in words: "the router drops TCP to port 5223". Left out for `works`. */
  readonly because?: string;
  /** The name that the originator itself sent, and in what. Absent: none was sent. */
  readonly serverName?: string;
  readonly sentIn?: "sni" | "quic-sni" | "host" | "connect";
  /** Protocols that the originator offered by ALPN. */
  readonly alpn?: readonly string[];
  /** Names asked of the name server for this attempt (not their CNAME targets). */
  readonly lookedUp?: readonly string[];
  /** Where the same service was tried next, and worked, after this attempt had failed. */
  readonly fellBackTo?: {
    readonly transport: "tcp" | "udp";
    readonly address: string;
    readonly port: number;
  };
}

/**
 * `unanswered`: SYNs or requests without any answer. `refused`: RST to a SYN. `prohibited`: an ICMP error. `one-way`: the
 * session went in one direction only. `closed-at-once`: ended right after the ServerHello. `name-blocked`: the name server
 * gave NXDOMAIN, REFUSED or a sink-hole for the name.
 */
export type ExpectedVerdict =
  | "works"
  | "unanswered"
  | "refused"
  | "prohibited"
  | "one-way"
  | "closed-at-once"
  | "name-blocked";

/**
 * A machine of the lab: namespaces of its own for network (one interface, `eth0`; a router's `eth1` is the server's side),
 * processes, mounts and host name (`labclient`). Writing to /etc, /var, /run and /srv changes this host's view only and is
 * forgotten with it. There is a user `anna` with the password `lab-password`; her home is /srv/anna, root's is /srv/root.
 * /etc/hosts knows the hosts as `labclient` and `labserver`; /etc/resolv.conf names no server until the session writes one.
 */
export interface LabHost {
  readonly name: "client" | "server" | "router";
  /** 10.77.0.1 or 10.77.1.1 ...: addresses of the lab's own. */
  readonly ipv4: string;
  /** fd77::... */
  readonly ipv6: string;
  /** The address fe80::... on `eth0`, without a zone. */
  readonly linkLocal: string;
  readonly mac: string;
  /** Runs a program to its end and returns its standard output; throws with its error output for a status but 0. */
  exec(command: readonly string[], options?: ExecOptions): Promise<string>;
  /** Starts a program that goes on; the runner ends it (by its process id) after the session. */
  start(command: readonly string[], options?: ExecOptions): Promise<LabProcess>;
  /** Waits until something listens on a port of this host (by /proc/net: no packet is sent). Default 10,000 ms. */
  waitForPort(transport: "tcp" | "udp", port: number, timeoutMs?: number): Promise<void>;
}

export interface ExecOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default 20,000. */
  readonly timeoutMs?: number;
  /** Statuses beside 0 that are no failure. */
  readonly allowedStatuses?: readonly number[];
}

export interface LabProcess {
  /** As the machine counts, not as the host's own namespace does: do not hand it to the host's `kill`, use `stop`. */
  readonly pid: number;
  /** Standard output and standard error so far. */
  output(): string;
  /** Waits for a text in the output. */
  waitFor(text: string | RegExp, timeoutMs?: number): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
