/**
 * Loads and validates every data file and prints their sizes; exits with 1, file and line on an error.
 *
 *   npx tsx scripts/check-data.ts
 */

import { InputError } from "../src/errors.ts";
import { loadPortNeeds } from "../src/firewall/load-port-needs.ts";
import { loadAdviceRows } from "../src/knowledge/advice/load-advice.ts";
import { loadEvidence } from "../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServices } from "../src/knowledge/port-list/load-service-table.ts";
import { loadRowProtocols } from "../src/knowledge/port-list/row-protocols.ts";
import { loadProductNeeds } from "../src/reports/reach/load-product-needs.ts";

try {
  const { table, remarks, repairCount } = loadServices();
  const { rows, sources } = loadEvidence(table);
  const { inbound, offList, ended: endedPorts } = loadPortNeeds(table);
  const entries = table.rows.reduce(
    (sum, row) => sum + row.ports.length * (row.transport === "both" ? 2 : 1),
    0,
  );
  const products = [...table.products, ...table.offListProducts];
  const ended = (how: string) => products.filter((product) => product.ended?.how === how).length;
  console.log(`rows                        ${table.rows.length}`);
  console.log(`port-and-transport entries  ${entries}`);
  console.log(`products                    ${table.products.length}`);
  console.log(`off-list products           ${table.offListProducts.length}`);
  console.log(`of these with a beginning    ${products.filter(({ begun }) => begun !== null).length}`);
  console.log(`closed, withdrawn           ${ended("closed")}, ${ended("withdrawn")}`);
  console.log(`families                    ${table.families.length}`);
  console.log(`repairs of cells            ${repairCount}`);
  console.log(`remarks that name none      ${remarks.length}`);
  console.log(`host patterns               ${rows.hosts.length}`);
  console.log(`prefixes                    ${rows.networks.length}`);
  console.log(`documented prefixes         ${rows.documentedNetworks.length}`);
  console.log(`service types               ${rows.serviceTypes.length}`);
  console.log(`processes                   ${rows.processes.length}`);
  console.log(`signs of protocols          ${rows.protocolSigns.length}`);
  console.log(`special domains             ${rows.specialDomains.length}`);
  console.log(`rows of infrastructure      ${rows.infrastructure.length}`);
  console.log(`signs of devices            ${rows.deviceSigns.length}`);
  console.log(`prefixes of Apple's hardware ${rows.appleHardware.length}`);
  const spoken = [...loadRowProtocols(table).values()].filter(({ protocols }) => protocols.length > 0);
  console.log(`rows whose protocol is known ${spoken.length}`);
  console.log(`rows with inbound services  ${inbound.size}`);
  console.log(`ports beside the list       ${offList.length}`);
  console.log(`ports that have ended       ${endedPorts.size}`);
  console.log(`needs of products           ${loadProductNeeds((name) => table.product(name)).length}`);
  console.log(`texts of advice             ${loadAdviceRows().length}`);
  console.log(`sources                     ${sources.length}`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
