/** The stylesheet of the live page: that of the report, plus interactive elements. */
import { PAGE_STYLE } from "../render/html/page-style.ts";

const LAYOUT = `.web .body,.web header{max-width:90rem;margin:0 auto;padding:0 1.5rem}
.web header{padding-top:1.25rem}
.web main{max-width:none;margin:0;padding:0 0 3rem;min-width:0}
.web main:focus{outline:none}
.web .body{display:grid;grid-template-columns:9.5rem minmax(0,1fr);gap:2.25rem;align-items:start}
.skip{position:absolute;left:-99rem;padding:.5rem 1rem;background:var(--ground)}
.skip:focus{left:.5rem;top:.5rem;z-index:9}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}
.top h1{font-size:1.25rem}
.top h1 .muted{font-weight:400}
.interfaces{color:var(--muted);overflow-wrap:anywhere}
.time{margin-left:auto;color:var(--muted);white-space:nowrap}
.state{padding:.05rem .6rem;border-radius:1rem;border:1px solid var(--line);font-size:.8125rem}
.state.live{border-color:var(--identified);color:var(--link)}
.state.cut{border-color:var(--fail);color:var(--fail)}
.web .divided{height:1.5rem;margin-top:.75rem}
.web .answers{margin-top:.75rem}
.web .answers div{padding:.5rem .9rem}
.web .answers strong{font-size:1.3rem;white-space:nowrap}
.web .answers dd span{color:var(--muted);font-size:.8125rem}
.narrow{display:none}
`;

const VIEWS = `.views{position:sticky;top:1rem;margin-top:1.75rem}
.web .views ul{display:block;margin:0;padding:0;border:0;font-size:1rem}
.views a{display:block;padding:.45rem .8rem;border-radius:6px;text-decoration:none;color:var(--ink)}
.views a:hover{background:var(--soft)}
.views a[aria-current]{background:var(--h1);color:var(--link);font-weight:600}
.web h2{margin:1.75rem 0 .25rem}
.web h2 .muted{font-weight:400;font-size:1rem}
.web .headline{margin-top:1.5rem}
.web .matrix a{text-decoration:none}
.web .matrix a:hover,.web .matrix a:focus{text-decoration:underline}
.way{margin:1.5rem 0 0;font-size:.9375rem}
.filters{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:1.75rem 0 .5rem}
.filters input{font:inherit;padding:.35rem .6rem;width:18rem;max-width:100%;color:var(--ink);background:var(--ground);border:1px solid var(--muted);border-radius:6px}
.past{margin-bottom:0}
.past input{width:auto}
.past select{font:inherit;padding:.35rem .5rem;width:13rem;max-width:100%;color:var(--ink);background:var(--ground);border:1px solid var(--muted);border-radius:6px}
.past .more{margin:0}
.past nav{width:100%}
.own,.field{display:flex;flex-wrap:wrap;gap:.35rem .5rem;align-items:center}
.own{width:100%}
.past+.headline{min-height:1.4em}
.web a:not([href]){color:inherit;text-decoration:none}
.filters nav{display:flex;flex-wrap:wrap;gap:.35rem}
.filters p{margin:0;width:100%}
.choice{padding:.3rem .8rem;border:1px solid var(--line);border-radius:1rem;text-decoration:none;color:var(--ink);font-size:.9375rem}
.choice[aria-current]{background:var(--h1);color:var(--link);border-color:var(--link)}
.sort{all:unset;cursor:pointer;font:inherit;color:inherit}
.sort:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.sort:hover{color:var(--link)}
[aria-sort=descending] .sort::after{content:" ↓"}
[aria-sort=ascending] .sort::after{content:" ↑"}
.more{font:inherit;font-size:.9375rem;margin:.75rem 0;padding:.35rem .9rem;color:var(--link);background:none;border:1px solid var(--line);border-radius:6px;cursor:pointer}
.why{margin:.75rem 0 0;overflow-wrap:anywhere}
.why p{max-width:none}
.why dl{display:grid;grid-template-columns:max-content minmax(0,1fr);margin:.75rem 0 0;border:1px solid var(--line);border-radius:6px}
.why dt,.why dd{margin:0;padding:.45rem .9rem}
.why dt{color:var(--muted)}
.why dt:nth-of-type(n+2),.why dd:nth-of-type(n+2){border-top:1px solid var(--line)}
.why dt:last-of-type,.why dd:last-of-type{background:var(--soft);color:var(--ink);font-weight:600}
.drop{margin:1.75rem 0 0;padding:2.5rem 1.5rem;text-align:center;border:2px dashed var(--muted);border-radius:10px}
.drop.over{background:var(--h1);border-color:var(--link)}
.drop label{display:block;margin-bottom:1rem;font-size:1.2rem;font-weight:600}
.drop input{font:inherit;max-width:100%;color:var(--muted)}
.drop input::file-selector-button{font:inherit;margin-right:.75rem;padding:.35rem .9rem;color:var(--link);background:none;border:1px solid var(--muted);border-radius:6px;cursor:pointer}
.drop p{margin:1rem auto 0}
.reports{padding-left:1.2rem}
[hidden]{display:none!important}
`;

const ROWS = `.live tbody a{text-decoration:none}
.live tbody a:hover,.live tbody a:focus{text-decoration:underline}
.live tbody tr:hover{background:var(--soft)}
.live td,.live tbody th{vertical-align:baseline}
.live .n{min-width:5.5rem}
.live .n+:not(.n){padding-left:1.25rem}
.live .wide{width:22%;vertical-align:middle}
.live td.wide .bar{margin:0}
.live tbody th{min-width:9rem}
.web .chart svg{height:14rem;border-radius:4px}
.web .y{min-width:4.5rem}
.web .legend .n{min-width:4.2rem;margin-left:.5rem;text-align:left}
.web .legend{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr))}
.web .legend li{display:flex;align-items:baseline}
.web .legend .swatch{flex:none}
.web .matrix{min-width:0}
.web .failure{border-radius:0 6px 6px 0}
.web .failure pre{white-space:pre-wrap;overflow-wrap:anywhere}
.web .matrix thead .n{white-space:normal;font-size:.8125rem;min-width:6rem}
`;

const NARROW = `@media (max-width:64rem){.i3{display:none}}
@media (max-width:52rem){.web .body{display:block}.views{position:sticky;top:0;z-index:5;margin:.5rem -1rem 0;padding:.35rem 1rem;background:var(--ground);border-bottom:1px solid var(--line)}
.web .views ul{display:flex;flex-wrap:nowrap;gap:.25rem;overflow-x:auto}.views a{padding:.35rem .7rem}.i2{display:none}}
@media (max-width:40rem){.web header,.web .body{padding:0 1rem}.web header{padding-top:.75rem}.i1,.live .wide{display:none}.narrow{display:block}.web .interfaces{order:1;width:100%}.date{display:none}.web .answers{grid-template-columns:repeat(3,1fr)}.web .answers strong{font-size:1rem}
.web .answers div{padding:.4rem .6rem}.web .answers dd span{display:none}.live .n{min-width:4.4rem}.why dl{display:block}.why dd{padding-top:0}.why dd:nth-of-type(n+2){border:0}.live tbody th{min-width:7rem}.web .y{min-width:3.4rem}.filters input{width:100%}.past input[type=checkbox]{width:auto}.own input,.past select{flex:1;min-width:11rem}.field,.own{width:100%}.field:has(select) label,.own label{width:4rem}.past+.headline{min-height:4.2em}.web .views ul{gap:0;flex-wrap:wrap;justify-content:space-between}.views a{padding:.35rem .4rem;font-size:.875rem}.views a[aria-current]{font-weight:inherit}.web .filters{gap:.5rem}}
@media (prefers-reduced-motion:no-preference){.bar rect{transition:width .3s}}
`;

/** The whole stylesheet. */
export const WEB_STYLE = PAGE_STYLE + LAYOUT + VIEWS + ROWS + NARROW;
