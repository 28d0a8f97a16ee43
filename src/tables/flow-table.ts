/** `appleflow/flows@1`: one row per flow, like its CSV. */
import type { FlowReport } from "../reports/flow-report.ts";
import { column, nullable, type TableSchema } from "./table-schema.ts";

export const FLOW_TABLE: TableSchema<FlowReport> = {
  name: "appleflow/flows@1",
  columns: [
    column("transport", "text", (flow) => flow.transport),
    column("originator_address", "text", (flow) => flow.originator.address),
    column("originator_port", "count", (flow) => flow.originator.port),
    column("responder_address", "text", (flow) => flow.responder.address),
    column("responder_port", "count", (flow) => flow.responder.port),
    nullable("service_port", "count", (flow) => flow.servicePort),
    column("orientation", "text", (flow) => flow.orientation),
    nullable("start", "time", (flow) => flow.start),
    nullable("end", "time", (flow) => flow.end),
    column("packets_originator", "count", (flow) => flow.packets.originator),
    column("packets_responder", "count", (flow) => flow.packets.responder),
    column("bytes_originator", "count", (flow) => flow.bytes.originator),
    column("bytes_responder", "count", (flow) => flow.bytes.responder),
    nullable("tcp", "text", (flow) => flow.tcp),
    nullable("protocol", "text", (flow) => flow.protocol),
    column("class", "text", (flow) => flow.class),
    column("products", "texts", (flow) => flow.products),
    column("candidates", "texts", (flow) => flow.candidates),
    column("hints", "texts", (flow) => flow.hints),
    nullable("evidence", "text", (flow) => flow.evidence),
    column("off_list", "texts", (flow) => flow.offList),
    nullable("label", "text", (flow) => flow.label),
    nullable("reason", "text", (flow) => flow.reason),
    column("unverified", "flag", (flow) => flow.unverified),
    nullable("server_name", "text", (flow) => flow.serverName),
    nullable("process", "text", (flow) => flow.process),
    nullable("originator_device", "text", (flow) => flow.originatorDevice),
    nullable("responder_device", "text", (flow) => flow.responderDevice),
    column("community_id", "text", (flow) => flow.communityId),
    nullable("continues", "flag", (flow) => flow.continues ?? null),
  ],
};
