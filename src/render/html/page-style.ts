/**
 * The stylesheet of a page: system fonts, tabular numbers, colours that remain distinct with red-green colour blindness,
 * stripes for traffic known by port alone, red for failures only. In print it is light.
 */

/** Light colours, and dark ones for screens that prefer them. */
const COLOURS = `:root{color-scheme:light dark;--ground:#fff;--soft:#f5f7f9;--line:#d5dbe1;--ink:#1a1f24;--muted:#57606a;--link:#0a58b5;
--fail:#b3261e;--fail-ground:#fdf1f0;--warn:#8a5a00;--identified:#1664b8;--apple:#79bdf2;--stripe:#c98a16;--stripe-ground:#f8ecd4;
--other:#868e96;--none:#b9c1c9;--undecoded:#dde2e7;--f1:#1664b8;--f2:#e39a22;--f3:#158466;--f4:#c56fa4;--f5:#8b8a2f;--f6:#5d4a9c;--f7:#5b6470;
--h1:#eaf2fb;--h2:#cfe2f6;--h3:#a8cbef;--h4:#7db2e6;--h5:#579cde}
@media screen and (prefers-color-scheme:dark){:root{--ground:#14181c;--soft:#1c2227;--line:#38414a;--ink:#e8ebee;--muted:#a5b0ba;--link:#7fb8f5;
--fail:#ff8a80;--fail-ground:#2c1b1b;--warn:#e5b454;--identified:#3f8fdf;--apple:#a5d4fa;--stripe:#d9a03a;--stripe-ground:#473818;
--other:#7b858e;--none:#566069;--undecoded:#343c44;--f1:#3f8fdf;--f2:#e8a63c;--f3:#35a886;--f4:#d98bbb;--f5:#aeac52;--f6:#8e7cc8;--f7:#8a939c;
--h1:#1a2733;--h2:#1c3348;--h3:#1e4263;--h4:#205282;--h5:#2262a0}}
`;

const TEXT = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{margin:0;font-size:1.6rem;line-height:1.25;font-weight:650;overflow-wrap:anywhere}
h2{margin:2.75rem 0 .25rem;font-size:1.2rem;line-height:1.3;font-weight:650}
h3{margin:1.4rem 0 0;font-size:1rem;font-weight:650;overflow-wrap:anywhere}
p{margin:.35rem 0;max-width:46rem;overflow-wrap:anywhere}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
pre{margin:.5rem 0 0;padding:.5rem .75rem;overflow-x:auto;background:var(--soft);border:1px solid var(--line);border-radius:4px}
.muted,caption,.detail{color:var(--muted)}
.detail{display:block;font-size:.8125rem;font-weight:400;overflow-wrap:anywhere}
.headline{margin:1.25rem 0 0;font-size:1.25rem;line-height:1.4;font-weight:600;max-width:none}
.note{border-left:3px solid var(--line);padding-left:.75rem}
.note.warning{border-color:var(--warn)}
.note.error{border-color:var(--fail);color:var(--fail)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1.25rem 0 0;padding:.6rem 0;list-style:none;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:.9375rem}
footer{margin-top:3rem;padding-bottom:2rem;font-size:.875rem;color:var(--muted)}
footer p{max-width:none}
`;

const ANSWERS = `.answers{display:grid;grid-template-columns:repeat(6,1fr);gap:1px;margin:1.25rem 0 0;border:1px solid var(--line);border-radius:6px;overflow:hidden}
.answers div{padding:.75rem .9rem;box-shadow:0 0 0 1px var(--line)}
.answers dt{font-size:.8125rem;color:var(--muted)}
.answers dd{margin:0;font-size:.875rem;overflow-wrap:anywhere}
.answers strong{display:block;font-size:1.6rem;line-height:1.3;font-weight:600}
.answers .fails strong{color:var(--fail)}
.failure{margin:1rem 0;padding:.75rem 1rem;border-left:4px solid var(--fail);background:var(--fail-ground)}
.failure h3{margin:0;color:var(--fail)}
.failure p{max-width:none}
.failure ul{margin:.35rem 0;padding-left:1.2rem}
`;

const TABLES = `.scroll{position:relative;margin:.5rem 0 0;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{padding:.25rem 0;text-align:left;font-size:.875rem}
th,td{padding:.32rem .75rem .32rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;font-weight:600;color:var(--muted);vertical-align:bottom;white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
tbody th{font-weight:400;overflow-wrap:anywhere;min-width:11rem}
.n{text-align:right;white-space:nowrap}
.wide{width:30%;min-width:5rem;vertical-align:middle}
.fails{color:var(--fail)}
.matrix{width:auto;min-width:100%}
.matrix th,.matrix td{padding:.3rem .45rem;border:1px solid var(--line)}
.matrix th:first-child{position:sticky;left:0;z-index:1;min-width:8.5rem;max-width:15rem;background:var(--ground)}
.matrix .n{font-size:.8125rem}
.u{text-align:left}
.u span{display:inline-block;max-height:11rem;writing-mode:vertical-rl;transform:rotate(180deg);white-space:normal;line-height:1.15}
.h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}.h5{background:var(--h5)}
details{margin:.75rem 0 0}
summary{cursor:pointer;color:var(--link);font-size:.9375rem}
.words{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:.5rem 0 0;font-size:.9375rem}
.words dd{margin:0}
`;

const CHARTS = `svg{display:block}
.defs{position:absolute}
.divided{width:100%;height:2.25rem;margin:.9rem 0 0;border-radius:4px}
.bar{width:100%;height:.7rem;margin-top:.35rem}
.swatch{display:inline-block;width:.8rem;height:.8rem;margin-right:.5rem;vertical-align:-.06rem;border-radius:2px;outline:1px solid var(--line);outline-offset:-1px}
.chart{display:grid;grid-template-columns:auto 1fr;gap:.25rem .5rem;margin:.9rem 0 0}
.chart svg{width:100%;height:15rem;background:var(--soft)}
.y,.x{display:flex;justify-content:space-between;font-size:.75rem;line-height:1;color:var(--muted)}
.y{flex-direction:column;text-align:right;white-space:nowrap}
.x{grid-column:2}
.grid{fill:none;stroke:var(--line);vector-effect:non-scaling-stroke}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.25rem;margin:.75rem 0 0;padding:0;list-style:none;font-size:.875rem}
.c-identified{fill:var(--identified)}.c-apple{fill:var(--apple)}.c-could-be{fill:url(#stripes)}.c-other{fill:var(--other)}.c-none{fill:var(--none)}.c-undecoded{fill:var(--undecoded)}
.stripe{fill:var(--stripe)}.stripe-ground{fill:var(--stripe-ground)}
.f1{fill:var(--f1)}.f2{fill:var(--f2)}.f3{fill:var(--f3)}.f4{fill:var(--f4)}.f5{fill:var(--f5)}.f6{fill:var(--f6)}.f7{fill:var(--f7)}
`;

const NARROW = `@media (max-width:64rem){.answers{grid-template-columns:repeat(3,1fr)}}
@media (max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.3rem}table{font-size:.8125rem}.headline{font-size:1.1rem}
.answers{grid-template-columns:1fr 1fr}.answers strong{font-size:1.3rem}.wide{display:none}th,td{padding-right:.4rem}thead th{font-size:.75rem}tbody th{min-width:7.2rem}.words{grid-template-columns:1fr}.words dd{margin-bottom:.4rem}}
`;

const PAPER = `@media print{@page{margin:14mm}html{font-size:9.5pt}body{line-height:1.4}header,main,footer{max-width:none;padding:0}nav,details{display:none}h2{margin-top:1.6rem}
h2,h3,h2+p,p:has(+.words),caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}tr,.answers,.failure,.chart,.divided,.legend,.words{break-inside:avoid}thead{display:table-header-group}thead th{white-space:normal}tbody th{min-width:6rem}
.answers{grid-template-columns:repeat(3,1fr)}.scroll{overflow:visible}.matrix th,.matrix td{padding:.15rem}.matrix th,.matrix .n{font-size:.62rem}.matrix th:first-child{position:static;min-width:6rem}.matrix .detail{font-size:.6rem}
svg,.failure,.h1,.h2,.h3,.h4,.h5{print-color-adjust:exact;-webkit-print-color-adjust:exact}pre{white-space:pre-wrap}}
`;

/** The whole stylesheet, constant: its hash is the only one that the page's policy allows. */
export const PAGE_STYLE = COLOURS + TEXT + ANSWERS + TABLES + CHARTS + NARROW + PAPER;
