/** The page's files: three in total, and nothing is loaded from elsewhere. */
import { readFileSync } from "node:fs";
import { stripes } from "../render/html/area-chart.ts";
import { html, type Markup, NOTHING } from "../render/html/markup.ts";
import { WEB_STYLE } from "./web-style.ts";

/** One file. */
export interface PageFile {
  readonly contentType: string;
  readonly text: string;
}

/** Files by path. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/**
 * Allows only these files and the answers of this server, no inline script or style, and no embedding by other sites.
 */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The views of a page: they are in its first file, so that nothing moves at the start. */
export interface PageOffer {
  readonly isLive: boolean;
  /** Name of the history that can be queried; null: none. Hostile text. */
  readonly history: string | null;
}

const LIVE_ALONE: PageOffer = { isLive: true, history: null };

/** Reads them. Throws if `npm run build` has not been run. */
export function readPageFiles(offer: PageOffer = LIVE_ALONE): PageFiles {
  // Two folders above this file, both in the sources and in the bundle.
  const script = readFileSync(new URL("../../dist/web/page.js", import.meta.url), "utf8");
  return new Map([
    ["/", { contentType: "text/html; charset=utf-8", text: shell(offer).text }],
    ["/page.css", { contentType: "text/css; charset=utf-8", text: WEB_STYLE }],
    ["/icon.svg", { contentType: "image/svg+xml", text: ICON }],
    ["/page.js", { contentType: "text/javascript; charset=utf-8", text: script }],
  ]);
}

/** Stacked areas. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1664b8"/><path d="M2 13V9l4-3 4 2 4-5v10z" fill="#79bdf2"/><path d="M2 13v-2l4-2 4 2 4-3v5z" fill="#fff"/></svg>
`;

/** Answers the printed address: the browser is redirected without the token, by a navigation of the page itself. */
export const WELCOME = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="/icon.svg"><title>appleflow</title></head><body></body></html>
`;

function shell({ isLive, history }: PageOffer): Markup {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>appleflow</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body class="web"${isLive ? html` data-live=""` : NOTHING}${history === null ? NOTHING : html` data-history="${history}"`}>
${stripes()}<a class="skip" href="#main">Skip to content</a>
<div id="page"><noscript><p>This page needs JavaScript to show what appleflow sends.</p></noscript></div>
</body>
</html>
`;
}
