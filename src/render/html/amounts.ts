/** Numbers of a page: rounded for people, exact for programs (`<data value>`). */
import { formatBytes, formatCount, formatShare } from "../render-units.ts";
import { html, type Markup } from "./markup.ts";

/** Bytes: "1.2 MB". */
export function bytesAmount(bytes: number): Markup {
  return html`<data value="${bytes}">${formatBytes(bytes)}</data>`;
}

/** A count: "1,234". */
export function countAmount(count: number): Markup {
  return html`<data value="${count}">${formatCount(count)}</data>`;
}

/** A part of a whole: "24.1%". */
export function shareAmount(part: number, whole: number): Markup {
  return html`${formatShare(part, whole)}`;
}
