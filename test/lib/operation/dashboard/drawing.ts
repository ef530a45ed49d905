import { markup } from '../../../../tools/markup';
import { labelsOf, titleOf, type Widget } from './dashboard-body';

/** Pixels of a column and of a row of CloudWatch's grid, which has 24 columns. */
const [COLUMN, ROW] = [40, 22];

/** Pixels between widgets, and from the left edge of a widget to its text. */
const [GAP, INDENT] = [6, 12];

/** Pixels from the upper edge of a widget to its title, to its first line, and between lines. */
const [TITLE, FIRST, LINE] = [20, 36, 12];

const STYLE = [
  '.widget { fill: #ffffff; stroke: #d0d7de; } .title { fill: #1f2328; font-weight: 600; font-size: 12px; } .line { fill: #57606a; }',
  '@media (prefers-color-scheme: dark) { .widget { fill: #0d1117; stroke: #30363d; } .title { fill: #e6edf3; } .line { fill: #8b949e; } }',
].join(' ');

/** @returns an SVG of the widgets of a dashboard, each in its place and with the names of what it shows */
export function drawingOf(widgets: readonly Widget[]): string {
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  const { html } =
    markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * COLUMN} ${rows * ROW}" role="img" aria-labelledby="t" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="10.5">
<title id="t">Layout of the dashboard</title>
<style>${STYLE}</style>
${widgets.map(drawn)}</svg>
`;
  return html;
}

function drawn(widget: Widget) {
  const [left, top] = [widget.x * COLUMN, widget.y * ROW];
  const title = titleOf(widget);
  const first = top + (title ? FIRST : TITLE);
  const lines = linesOf(widget).map(
    (line, index) => markup`<text class="line" x="${left + INDENT}" y="${first + index * LINE}">${line}</text>\n`,
  );
  return markup`<rect class="widget" x="${left + GAP / 2}" y="${top + GAP / 2}" width="${widget.width * COLUMN - GAP}" height="${widget.height * ROW - GAP}" rx="6"/>
${title && markup`<text class="title" x="${left + INDENT}" y="${top + TITLE}">${title}</text>\n`}${lines}`;
}

/** @returns the graphs, the number of alarms, or the paragraphs of a text */
function linesOf(widget: Widget): string[] {
  const { alarms, markdown = '' } = widget.properties;
  if (alarms) {
    return [`the health of the lane, and ${alarms.length - 1} alarms`];
  }
  return widget.type === 'metric' ? labelsOf(widget) : markdown.split('\n\n').map(plain);
}

/** @returns Markdown without the addresses of links and the marks of code */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
