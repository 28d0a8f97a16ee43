/** The rows of Apple's list that the lab's captures show. */
import type { ServiceRow } from "../../src/knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { CapturedSession } from "./captured-session.ts";
import { isServiceSide } from "./truth.ts";

/** A row, and the sessions with programs on its ports. */
export interface CoveredRow {
  readonly row: ServiceRow;
  /** Names of sessions, by transport. */
  readonly sessions: Readonly<Record<"tcp" | "udp", readonly string[]>>;
}

/** Ports that a session intends to show: `22/tcp`, `6970-9999/udp`. */
interface MeantPorts {
  readonly transport: "tcp" | "udp";
  readonly first: number;
  readonly last: number;
}

/** Every row of the list in order, with the sessions that intend it and whose capture has it. */
export function coverRows(table: ServiceTable, captured: readonly CapturedSession[]): readonly CoveredRow[] {
  const shown = captured.map((session) => ({ name: session.truth.session, ports: shownPorts(session) }));
  return table.rows.map((row) => {
    const sessionsOf = (transport: "tcp" | "udp"): readonly string[] =>
      shown
        .filter(({ ports }) =>
          ports.some((one) => one.transport === transport && matchesOf(table, one).includes(row)),
        )
        .map(({ name }) => name);
    return { row, sessions: { tcp: sessionsOf("tcp"), udp: sessionsOf("udp") } };
  });
}

/** Returns the rows in a session's truth that no flow of its capture shows. */
export function unseenRows({ truth, flows }: CapturedSession): readonly string[] {
  const seen = seenPorts({ truth, flows });
  return truth.rows.filter((text) => {
    const meant = parseRow(text);
    return !seen.some(({ transport, port }) => isWithin(meant, transport, port));
  });
}

interface SeenPort {
  readonly transport: "tcp" | "udp";
  readonly port: number;
}

/** Ports that count: those of flows with a lab program, if the session intends to show them. */
function shownPorts(session: CapturedSession): readonly SeenPort[] {
  const meant = session.truth.rows.map(parseRow);
  return seenPorts(session).filter(({ transport, port }) =>
    meant.some((one) => isWithin(one, transport, port)),
  );
}

/** Both ends count: rows such as 68 (the client's end of DHCP) and 600-1023 (reserved ports) are the client's. */
function seenPorts({ truth, flows }: Pick<CapturedSession, "truth" | "flows">): readonly SeenPort[] {
  return flows.flatMap(({ transport, originator, responder }) => {
    const isOfTheLab = [originator, responder].some((end) => isServiceSide(truth, transport, end));
    return isOfTheLab ? [originator, responder].map(({ port }) => ({ transport, port })) : [];
  });
}

function matchesOf(table: ServiceTable, { transport, port }: SeenPort): readonly ServiceRow[] {
  return table.lookup(transport === "tcp" ? 0 : 1, port).rows;
}

function isWithin(meant: MeantPorts, transport: "tcp" | "udp", port: number): boolean {
  return meant.transport === transport && meant.first <= port && port <= meant.last;
}

/** Parses `22/tcp` or `6970-9999/udp`, a range with a hyphen or with the list's dash; throws for anything else. */
function parseRow(text: string): MeantPorts {
  const [, first, last, transport] = /^(\d+)(?:[-–](\d+))?\/(tcp|udp)$/.exec(text) ?? [];
  if (first === undefined) throw new Error(`"${text}" is no row as PORT/TRANSPORT`);
  return {
    transport: transport as "tcp" | "udp",
    first: Number(first),
    last: Number(last ?? first),
  };
}
