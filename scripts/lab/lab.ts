/**
 * The lab's vocabulary: the definition of a session of real programs, and what the runner provides. A session starts servers
 * and clients on hosts with separate network namespaces, lets them communicate while tcpdump records, and declares what it
 * started: its capture is checked against that, not against our classifier.
 */

/** One conversation between real programs, and the capture that it leaves (`fixtures/lab/NAME.pcap` or `.pcapng`). */
export interface LabSession {
  /** Kebab case; also the name of the capture. */
  readonly name: string;
  /** The programs that run, for fixtures/README.md: one line. */
  readonly about: string;
  /** Required Debian packages, in addition to those of the runner. */
  readonly packages: readonly string[];
  /**
   * Packages that are only unpacked, below `folder/unpacked/NAME/`, because installing them would remove others (a second
   * time daemon). Their dependencies are listed in `packages`.
   */
  readonly unpacks?: readonly string[];
  /** Rows of Apple's list that its traffic is meant to show, as `PORT/TRANSPORT` ("22/tcp"). */
  readonly rows: readonly string[];
  readonly format: "pcap" | "pcapng";
  /** Bytes kept of each packet; all by default. */
  readonly snaplen?: number;
  /** Puts a router between client and server, which can filter (nftables) and run programs. */
  readonly withRouter?: boolean;
  /** Where tcpdump listens; by default the server, or with a router the router's side of the client. */
  readonly recordsAt?: LabHost["name"];
  /** tcpdump arguments, options and then a filter: `["-Q", "in"]`, `["not", "arp"]`. */
  readonly recordsOnly?: readonly string[];
  /** Recording begins when `run` calls `recording.start()`, for a capture that begins in the middle. */
  readonly recordsLater?: boolean;
  /** Starts programs, lets them communicate, and returns at the end. The runner stops what it started. Throws on failure. */
  run(lab: Lab): Promise<void>;
}

/** The environment of a session. */
export interface Lab {
  readonly client: LabHost;
  readonly server: LabHost;
  /** Only with `withRouter`. */
  readonly router: LabHost | null;
  /** An empty folder for configuration and data, removed afterwards. */
  readonly folder: string;
  /** Writes a file below `folder` and returns its path. */
  write(name: string, content: string): Promise<string>;
  /** Declares that a program serves here: the truth that the capture's flows are scored against. */
  serves(host: LabHost, service: ServedPort): void;
  /** Declares the outcome of an attempt to reach a service, and its names: the truth of names and verdicts. */
  expects(attempt: ExpectedAttempt): void;
  /** Pauses; for programs that do not signal readiness. Prefer `LabHost.waitForPort`. */
  pause(ms: number): Promise<void>;
  /** For partial captures: begins recording (`recordsLater`), or stops it for good before `run` returns. */
  readonly recording: { start(): Promise<void>; stop(): Promise<void> };
}

/** A port served by a lab program. */
export interface ServedPort {
  readonly transport: "tcp" | "udp";
  /** One port, or the narrow range from which the program chooses by its configuration (passive FTP). */
  readonly port: number | readonly [first: number, last: number];
  /** The serving command, as "sshd", or its path; its Debian package is the source of its version. */
  readonly program: string;
  /** The only address that it serves on: multicast, broadcast, or one of the host's. By default all of the host's. */
  readonly address?: string;
}

/**
 * An administrator's finding about one attempt. `name-blocked` has no address, because there was nothing to connect to; every
 * other attempt has the address and port that were tried.
 */
export interface ExpectedAttempt {
  readonly transport?: "tcp" | "udp";
  /** Destination of the originator: an address as in the packets, and its port. */
  readonly address?: string;
  readonly port?: number;
  readonly verdict: ExpectedVerdict;
  /** The cause in words: "the router drops TCP to port 5223". Absent for `works`. */
  readonly because?: string;
  /** The name sent by the originator, and in which protocol. Absent: none was sent. */
  readonly serverName?: string;
  readonly sentIn?: "sni" | "quic-sni" | "host" | "connect";
  /** ALPN protocols offered by the originator. */
  readonly alpn?: readonly string[];
  /** Names queried from the name server for this attempt (not their CNAME targets). */
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
 * returned NXDOMAIN, REFUSED or a sinkhole address for the name.
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
 * A lab machine: its own namespaces for network (one interface, `eth0`; a router's `eth1` is the server's side), processes,
 * mounts and host name (`labclient`). Writing to /etc, /var, /run and /srv changes this host's view only and is lost with it.
 * There is a user `anna` with the password `lab-password`; her home is /srv/anna, root's is /srv/root. /etc/hosts has the
 * hosts as `labclient` and `labserver`; /etc/resolv.conf has no server until the session writes one.
 */
export interface LabHost {
  readonly name: "client" | "server" | "router";
  /** 10.77.0.1 or 10.77.1.1 ...: the lab's own addresses. */
  readonly ipv4: string;
  /** fd77::... */
  readonly ipv6: string;
  /** The address fe80::... on `eth0`, without a zone. */
  readonly linkLocal: string;
  readonly mac: string;
  /** Runs a program to its end and returns its standard output; throws with its error output for a non-zero status. */
  exec(command: readonly string[], options?: ExecOptions): Promise<string>;
  /** Starts a long-running program; the runner ends it (by its process id) after the session. */
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
  /** Statuses besides 0 that are not failures. */
  readonly allowedStatuses?: readonly number[];
}

export interface LabProcess {
  /** In the machine's namespace, not the host's: do not pass it to the host's `kill`, use `stop`. */
  readonly pid: number;
  /** Standard output and standard error so far. */
  output(): string;
  /** Waits for a text in the output. */
  waitFor(text: string | RegExp, timeoutMs?: number): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
