import { milliseconds } from '../../words';
import { type Cause, nameOfRequest, type NotMeasured, type Undecided } from '../diagnosis/cause';
import { nameOfSoftware } from '../diagnosis/framework-names';
import { dots } from './html/dots';
import { facts, htmlPage, section } from '../../html-page';
import { type Markup, markup } from '../../markup';
import { numbers } from './html/numbers';
import { seriesOf } from './html/series';
import { STYLE } from './html/style';
import { waterfalls } from './html/waterfalls';
import type { Report } from './report';

const VERDICTS = { 0: 'No problem found', 1: 'Causes found', 2: 'Cannot tell everything' } as const;

/** Renders the report as one web page. It contains no header of a request or response. */
export function html(report: Report): string {
  const { answer, exitCode, causes, undecided, notMeasured, waterfall, measurements } = report;
  const series = seriesOf(measurements);
  const measured = waterfall.first.length + waterfall.second.length > 0;
  return htmlPage({
    title: `Why is my first request slow? ${report.request.url}`,
    style: STYLE,
    main: markup`<p class="verdict exit-${exitCode}">${VERDICTS[exitCode]}</p>
<h1>${prose(answer)}</h1>
${factsOf(report)}
${causes.length > 0 && section('What takes the time, and what to change', markup`<ol class="causes">${causes.map(causeItem)}</ol>`)}
${measured && section('The first and the second request', markup`<p class="soft">In a browser, with the measured times.</p>${waterfalls(waterfall)}`)}
${series.length > 0 && section('Each measured request', markup`<p class="soft">One dot for each request: the time from sending it to the head of the response, with a new connection if the server closed the previous one. The axis is logarithmic. The number is the median.</p>${dots(series)}`)}
${undecided.length > 0 && section('Not decided', markup`<ul>${undecided.map(undecidedItem)}</ul>`)}
${notMeasured.length > 0 && section('Not measured here', markup`<ul>${notMeasured.map(notMeasuredItem)}</ul>`)}
<details><summary>All numbers</summary>
${numbers(measurements)}
</details>
<footer>Measured with <code>npm run probe</code>.${causes.length > 0 && ' Change one thing at a time, and measure again after each change.'}</footer>`,
  });
}

function factsOf({ request, websocket, framework, measuredAt }: Report): Markup {
  return facts([
    ['Request', `${request.method} ${request.url}`],
    ['Origin of the page', request.origin],
    ['WebSocket', websocket],
    ['Server software', nameOfSoftware(framework) || undefined],
    ['Measured', `${measuredAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]);
}

function causeItem({ id, adds, to, because, fault, found, fix }: Cause): Markup {
  return markup`
<li><h3>${milliseconds(adds)} of ${nameOfRequest(to)} belong to ${prose(because)} <span class="kind${fault ? ' fault' : ''}">${id}, ${fault ? 'a fault' : 'latency'}</span></h3>
<p>${prose(found)}</p>
<p><strong>Change:</strong> ${prose(fix)}</p></li>`;
}

function undecidedItem({ question, reason, fix }: Undecided): Markup {
  return markup`
<li>Cannot tell ${question}: ${reason}. <strong>To find out:</strong> ${prose(fix)}</li>`;
}

function notMeasuredItem({ what, check }: NotMeasured): Markup {
  return markup`
<li>${what}. <strong>Check:</strong> ${prose(check)}</li>`;
}

/** Text with code between backquotes. No line ends between a number and its unit. */
function prose(text: string): Markup {
  return markup`${text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? markup`<code>${part}</code>` : part.replaceAll(/(\d) (ms|s)\b/g, '$1\u00a0$2'),
    )}`;
}
