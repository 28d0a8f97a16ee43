/** Which of the names that are asked for are worth keeping. */

/** Whether a name is one to keep: of the thousands that blockers refuse, few are. The same for the same name. */
export type IsNameMeant = (name: string) => boolean;

/** Whether a label begins with an underscore: a name of a service, as DNS-SD browses them, and of no host (RFC 8552, 1.1). */
export function isUnderscored(name: string): boolean {
  return name.startsWith("_") || name.includes("._");
}
