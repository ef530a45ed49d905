/** Style of the page. Adjacent parts differ in brightness, too, for readers who see no difference of hue and for gray printers. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --text: #1b2430; --soft: #4d5a6b; --line: #d5dbe3; --link: #1557b0;
  --floor: #4a5568; --http: #e0a11b; --websocket: #1557b0; --log: #63c2a0; --observability: #8e3b8e; --gateway: #e6a5c4; --dataOut: #a6361f; --users: #b7c455;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #10151c; --card: #19212b; --text: #e7ecf2; --soft: #a9b5c4; --line: #303b49; --link: #9cc2ff;
    --floor: #a9b5c4; --http: #b57f10; --websocket: #86b6ff; --log: #2f8f6d; --observability: #d69ade; --gateway: #a0557a; --dataOut: #ff9d84; --users: #76822b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0.25rem 0 0.75rem; font-size: 1.5rem; line-height: 1.3; }
h2 { margin: 0 0 0.5rem; font-size: 1.125rem; }
p, dl, ul, ol { margin: 0.25rem 0 0.5rem; }
a { color: var(--link); }
code { font: 0.875em ui-monospace, monospace; }
section { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.soft, caption, footer { color: var(--soft); }
.row { display: grid; grid-template-columns: 12rem 1fr 6rem; gap: 0 0.75rem; align-items: center; break-inside: avoid; }
.row > span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.axis text { fill: var(--soft); font-size: 0.75rem; }
svg { display: block; width: 100%; overflow: visible; }
.tick { stroke: var(--line); }
.growth { stroke: var(--websocket); stroke-width: 3; }
.without-use { fill: var(--card); stroke: var(--text); stroke-width: 2; }
.sum { fill: var(--websocket); }
tr.sum > * { font-weight: 600; }
rect { stroke: var(--card); stroke-width: 1; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; list-style: none; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; }
.floor { fill: var(--floor); background: var(--floor); } .http { fill: var(--http); background: var(--http); }
.websocket { fill: var(--websocket); background: var(--websocket); } .log { fill: var(--log); background: var(--log); }
.observability { fill: var(--observability); background: var(--observability); }
.gateway { fill: var(--gateway); background: var(--gateway); } .dataOut { fill: var(--dataOut); background: var(--dataOut); }
.users { fill: var(--users); background: var(--users); }
.wide { overflow-x: auto; }
.hint { display: none; }
table { overflow-wrap: break-word; width: 100%; border-collapse: collapse; font-size: 0.875rem; margin: 0.5rem 0; }
caption { text-align: left; }
th, td { padding: 0.2rem 0.6rem 0.2rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th[scope=row] { font-weight: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.part > * { padding-top: 0.8rem; font-weight: 600; }
footer { font-size: 0.875rem; }
@media (max-width: 40rem) {
  .row { grid-template-columns: 1fr auto; margin-bottom: 0.35rem; }
  .row > svg { grid-column: 1 / -1; grid-row: 2; }
  .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: 0.35rem; }
  section { padding: 0.75rem; }
  .hint { display: block; }
  .wide > table { min-width: 36rem; }
}
@media print {
  :root {
    --back: #ffffff; --card: #ffffff; --text: #000000; --soft: #444444; --line: #bbbbbb; --link: #000000;
    --floor: #4a5568; --http: #e0a11b; --websocket: #1557b0; --log: #63c2a0; --observability: #8e3b8e; --gateway: #e6a5c4; --dataOut: #a6361f; --users: #b7c455;
  }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; break-inside: avoid-page; }
  .swatch, rect { print-color-adjust: exact; }
}
`;
