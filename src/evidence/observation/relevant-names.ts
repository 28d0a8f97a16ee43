/** Selects queried names that are worth keeping. */

/** Whether to keep a name: of the thousands that blockers refuse, few are relevant. Returns the same for the same name. */
export type IsNameRelevant = (name: string) => boolean;

/** Whether a label begins with an underscore: the name of a service, as browsed by DNS-SD, not of a host (RFC 8552, 1.1). */
export function isUnderscored(name: string): boolean {
  return name.startsWith("_") || name.includes("._");
}
