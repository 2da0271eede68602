/**
 * The style sheet of the page about a load.
 *
 * @module
 */

/** Colors have a contrast of 4.5 or more against what is behind them, as WCAG 2.2 AA asks. */
export const STYLE: string = `
:root { color-scheme: light dark; --page: #f6f5f1; --card: #fff; --ink: #1b1c20; --soft: #565962;
  --line: #dedcd4; --track: #eceae3; --load: #3b6fc9; --hot: #b8430f; --hot-ink: #fff;
  --split: #0b7a52; --mark: #1b1c20; }
@media (prefers-color-scheme: dark) {
  :root { --page: #121316; --card: #1a1c20; --ink: #eceded; --soft: #a9adb8; --line: #33363d;
    --track: #272a30; --load: #6b9bf0; --hot: #f5945f; --hot-ink: #1b1c20; --split: #4cc38a;
    --mark: #eceded; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1 { font-size: 2.125rem; line-height: 1.15; letter-spacing: -.02em; margin: 0; font-weight: 680; }
h2 { font-size: 1.1875rem; line-height: 1.3; letter-spacing: -.005em; margin: 0; font-weight: 640; }
p { margin: 0; }
p, figcaption, pre { overflow-wrap: anywhere; }
.lead { color: var(--soft); margin-top: .5rem; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0; margin: 2rem 0 0; padding: 0;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.facts div { padding: .875rem 1rem; border-left: 1px solid var(--line); min-width: 0; }
.facts div:first-child { padding-left: 0; border-left: 0; }
.facts dt { color: var(--soft); font-size: .8125rem; }
.facts dd { margin: .125rem 0 0; font-size: 1.5rem; line-height: 1.2; font-weight: 600;
  letter-spacing: -.015em; overflow-wrap: anywhere; }
.facts dd small { display: block; font-size: .8125rem; font-weight: 400; letter-spacing: 0;
  color: var(--soft); margin-top: .25rem; line-height: 1.4; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.5rem; margin-top: 1.5rem; }
section > p { color: var(--soft); margin-top: .25rem; max-width: 44rem; }
.verdict { border-left: .3125rem solid var(--hot); }
.verdict.helps { border-left-color: var(--split); }
.verdict ul { margin: .5rem 0 0; padding: 0; list-style: none; max-width: 46rem; }
.verdict li + li { margin-top: .5rem; }
.verdict li, td, th { overflow-wrap: anywhere; }
code, .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; }
pre { margin: .75rem 0 0; padding: .75rem .875rem; background: var(--track); border-radius: .5rem;
  white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; line-height: 1.5; }
pre code { font-size: inherit; }
figure { margin: 1.25rem 0 0; }
svg { display: block; width: 100%; }
.pins { position: relative; }
.pin { position: absolute; width: 1.375rem; height: 1.375rem; margin-left: -.6875rem; z-index: 1;
  border-radius: 50%; background: var(--hot); color: var(--hot-ink); font-size: .75rem;
  font-weight: 650; line-height: 1.375rem; text-align: center; }
.stem { position: absolute; bottom: 0; width: 1px; background: var(--hot); }
.strip { position: relative; }
.density { height: 7.5rem; border-bottom: 1px solid var(--mark); }
.shards { height: 1.625rem; display: flex; margin-top: .375rem; border-radius: .25rem;
  overflow: hidden; background: var(--track); }
.shards span { display: block; min-width: 0; text-align: center; font-size: .75rem;
  line-height: 1.625rem; overflow: hidden; color: var(--soft); box-shadow: inset 1px 0 0 var(--card); }
.shards span.busiest { min-width: 2px; background: var(--hot); color: var(--hot-ink);
  font-weight: 650; box-shadow: none; }
.border { position: absolute; bottom: 2rem; width: 0; border-left: 2px dashed var(--split);
  margin-left: -1px; }
.axis { position: relative; height: 1.25rem; color: var(--soft); font-size: .75rem;
  margin-top: .25rem; }
.axis span { position: absolute; transform: translateX(-50%); }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
sup { font-size: .75em; line-height: 0; }
.note { position: relative; height: 1.375rem; }
.note span { position: absolute; white-space: nowrap; font-size: .8125rem; font-weight: 600;
  color: var(--split); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; padding: 0;
  list-style: none; color: var(--soft); font-size: .8125rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; margin-right: .4375rem;
  border-radius: .1875rem; vertical-align: -.0625rem; background: var(--load); }
.legend .hot i { background: var(--hot); }
.legend .mean i { background: none; height: 0; border-radius: 0; vertical-align: .1875rem;
  border-top: 2px dashed var(--mark); width: 1rem; }
.legend .cut i { background: none; width: 0; border-radius: 0; border-left: 2px dashed var(--split); }
.legend .new i { background: var(--split); }
.legend .limit i { background: var(--mark); width: 2px; border-radius: 0; }
.legend .bound i { background: repeating-linear-gradient(135deg, var(--hot) 0 2px, transparent 2px 4px); }
table { width: 100%; border-collapse: collapse; margin-top: 1.25rem; table-layout: fixed; }
th, td { padding: .5625rem 0; text-align: left; vertical-align: top; font-weight: 400;
  border-top: 1px solid var(--line); }
th + td, th + th, td + td, td + th { padding-left: 1.25rem; }
.rank + th { padding-left: .75rem; }
thead th, thead td { color: var(--soft); font-size: .8125rem; border-top: 0; padding-top: 0; }
td small, th small { display: block; color: var(--soft); font-size: .8125rem; }
.key { display: inline-block; max-width: 100%; font-weight: 600; background: var(--track);
  border-radius: .25rem; padding: 0 .3125rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.facts .key { font-weight: 400; color: var(--ink); }
.rank { width: 1.375rem; }
.rank .pin { position: static; display: block; margin: .0625rem 0 0; }
.keys .share { width: 46%; }
.bars .shard { width: 11.5rem; }
.value { display: flex; justify-content: space-between; gap: .5rem; font-size: .875rem;
  line-height: 1.3; }
.value span { overflow-wrap: normal; }
.value span + span { color: var(--soft); white-space: nowrap; }
.over .value, .over .value span + span { color: var(--hot); font-weight: 600; }
.bar { position: relative; height: .5rem; margin-top: .375rem; background: var(--track);
  border-radius: .125rem; }
.bar i { position: absolute; left: 0; top: 0; bottom: 0; background: var(--load);
  border-radius: .125rem; min-width: 1px; }
.bar i.hot, .over .bar i { background: var(--hot); }
.bar i.bound { background: repeating-linear-gradient(135deg, var(--hot) 0 2px, transparent 2px 4px);
  border-radius: 0; }
.bar b { position: absolute; top: -.1875rem; bottom: -.1875rem; width: 2px; margin-left: -2px;
  background: var(--mark); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 2rem; margin-top: 1.25rem; }
.pair figure { margin: 0; min-width: 0; }
.pair svg { height: 9rem; border-bottom: 1px solid var(--mark); }
.pair h3 { margin: 0 0 .75rem; font-size: .9375rem; font-weight: 600; }
figcaption { color: var(--soft); font-size: .875rem; margin-top: .625rem; }
figcaption strong { color: var(--ink); font-weight: 600; }
footer { color: var(--soft); font-size: .8125rem; margin-top: 1.5rem; }
.rest { color: var(--soft); margin-top: .875rem; font-size: .875rem; }
.fill-load { fill: var(--load); } .fill-hot { fill: var(--hot); } .fill-new { fill: var(--split); }
.line { stroke: var(--line); } .mean-line { stroke: var(--mark); stroke-dasharray: 5 4; }
@media (max-width: 40rem) {
  main { padding: 1.75rem 1rem 3rem; }
  h1 { font-size: 1.75rem; }
  .facts { grid-template-columns: 1fr 1fr; }
  .facts div { padding: .75rem .75rem .75rem 0; }
  .facts div:nth-child(even) { padding-left: 1rem; padding-right: 0; }
  .facts div:nth-child(odd) { border-left: 0; }
  .facts div:nth-child(n + 3) { border-top: 1px solid var(--line); }
  .facts dd { font-size: 1.25rem; }
  section { padding: 1.125rem 1rem; border-radius: .625rem; margin-top: 1rem; }
  .pair { grid-template-columns: 1fr; gap: 1.5rem; }
  .pair svg { height: 7rem; }
  .bars .shard { width: 5.75rem; }
  th + td, th + th, td + td { padding-left: .875rem; }
  .rank + th { padding-left: .625rem; }
  .id { font-size: .75rem; }
  .value, .value span { display: block; }
  .value span + span { white-space: normal; font-size: .8125rem; }
  .keys .share { width: 44%; }
}
@media (max-width: 22rem) {
  .bars .shard { width: 5.25rem; }
  .bars .id { font-size: .6875rem; }
  .bars th + td, .bars th + th, .bars td + td { padding-left: .5rem; }
  .bars .value, .bars .value span + span { font-size: .75rem; }
}
@media print { body { background: #fff; } section { break-inside: avoid; } }
`;
