/** `appleflow/groups@1`: one row per group of a summary, like its CSV. */
import type { GroupSummary } from "../reports/traffic/summary.ts";
import { column, nullable, type TableSchema } from "./table-schema.ts";

export const GROUP_TABLE: TableSchema<GroupSummary> = {
  name: "appleflow/groups@1",
  columns: [
    column("id", "text", (row) => row.id),
    column("class", "text", (row) => row.class),
    column("products", "texts", (row) => row.products),
    column("candidates", "texts", (row) => row.candidates),
    column("off_list", "texts", (row) => row.offList),
    column("hints", "texts", (row) => row.hints),
    nullable("label", "text", (row) => row.label),
    nullable("reason", "text", (row) => row.reason),
    nullable("evidence", "text", (row) => row.evidence),
    column("transport", "text", (row) => row.service.transport),
    column("ports", "texts", (row) => row.ports),
    nullable("service", "text", (row) => row.service.name),
    nullable("protocol", "text", (row) => row.protocol),
    column("protocol_seen", "flag", (row) => row.protocolSeen),
    column("unverified", "flag", (row) => row.unverified),
    column("elsewhere", "flag", (row) => row.elsewhere),
    column("names", "texts", (row) => row.names.map(({ name }) => name)),
    column("flows", "count", (row) => row.flows),
    column("packets", "count", (row) => row.packets),
    column("bytes", "count", (row) => row.bytes),
    column("bytes_from_originator", "count", (row) => row.bytesFromOriginator),
    column("bytes_from_responder", "count", (row) => row.bytesFromResponder),
    nullable("first_seen", "time", (row) => row.firstSeen),
    nullable("last_seen", "time", (row) => row.lastSeen),
  ],
};
