/** Style of the page. Colors of the phases differ in brightness, too, for readers who see no difference of hue and for gray printers. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --text: #1b2430; --soft: #4d5a6b; --line: #d5dbe3;
  --fault: #b3261e; --unknown: #8a5a00; --good: #176b3a; --dot: #1557b0;
  --server: #1557b0; --process: #b3261e; --network: #6f8fbf; --preflight: #b3480a; --other: #7a5195;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #10151c; --card: #19212b; --text: #e7ecf2; --soft: #a9b5c4; --line: #303b49;
    --fault: #ff9d94; --unknown: #f0c060; --good: #79d79c; --dot: #86b6ff;
    --server: #86b6ff; --process: #ff9d94; --network: #5f7fae; --preflight: #ffb070; --other: #cda6ec;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0.25rem 0 0.75rem; font-size: 1.5rem; line-height: 1.3; }
h2 { margin: 0 0 0.5rem; font-size: 1.125rem; }
h3 { margin: 0.75rem 0 0.25rem; font-size: 1rem; }
p, dl, ul, ol { margin: 0.25rem 0 0.5rem; }
code { font: 0.875em ui-monospace, monospace; }
section, details { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); }
.verdict { display: inline-block; padding: 0 0.6rem; border: 2px solid; border-radius: 1rem; font-size: 0.875rem; font-weight: 600; }
.exit-0 { color: var(--good); } .exit-1 { color: var(--fault); } .exit-2 { color: var(--unknown); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.causes { padding-left: 1.5rem; } .causes h3 { margin-top: 0; } .causes li { margin-bottom: 1rem; }
.kind { color: var(--soft); font-size: 0.875rem; font-weight: normal; white-space: nowrap; }
.kind.fault { color: var(--fault); }
.soft { color: var(--soft); }
.row { display: grid; grid-template-columns: 13rem 1fr 5rem; gap: 0 0.75rem; align-items: center; break-inside: avoid; }
.row > span:first-child { line-height: 1.25; padding: 0.1rem 0; }
.row > span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.axis, .axis text { color: var(--soft); fill: var(--soft); font-size: 0.75rem; }
svg { display: block; width: 100%; overflow: visible; }
.tick { stroke: var(--line); }
circle { fill: var(--dot); fill-opacity: 0.6; }
rect { fill: var(--other); }
.server { fill: var(--server); } .cold-process { fill: var(--process); } .preflight { fill: var(--preflight); }
.DNS, .TCP, .TLS, .reopening { fill: var(--network); }
.wide { overflow-x: auto; }
table { overflow-wrap: break-word; width: 100%; border-collapse: collapse; font-size: 0.8125rem; margin: 0.5rem 0 1rem; }
caption { text-align: left; color: var(--soft); }
th, td { padding: 0.15rem 0.5rem 0.15rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; font-weight: 600; }
footer { color: var(--soft); font-size: 0.875rem; }
@media (max-width: 40rem) {
  .row { grid-template-columns: 1fr 5rem; margin-bottom: 0.35rem; }
  .row > svg { grid-column: 1 / -1; grid-row: 2; }
  .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: 0.35rem; }
  section, details { padding: 0.75rem; }
}
@media print {
  :root {
    --back: #ffffff; --card: #ffffff; --text: #000000; --soft: #444444; --line: #bbbbbb;
    --fault: #b3261e; --unknown: #6a4500; --good: #176b3a; --dot: #1557b0;
    --server: #1557b0; --process: #b3261e; --network: #6f8fbf; --preflight: #b3480a; --other: #7a5195;
  }
  main { max-width: none; padding: 0; }
  section, details { border: 0; padding: 0; }
  section { break-inside: avoid-page; } h2, h3 { break-after: avoid; }
}
`;
