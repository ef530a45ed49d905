import { facts, htmlPage, section } from '../html-page';
import { type Markup, markup } from '../markup';
import { count } from '../scale/words';
import type { Alternative } from './alternatives';
import type { Bill } from './bill';
import { money } from './amounts';
import { PRICED_REGION } from './region';
import { Footnotes } from './footnotes';
import { shares } from './html/shares';
import { STYLE } from './html/style';
import { alternativesTable, linesTable, partsTable } from './html/tables';
import { totals } from './html/totals';

/** Content of the page. */
export interface CostPage {
  /** Name of the stack whose template was read. */
  readonly stack: string;
  /** Region of the stack: `us-east-1`. */
  readonly region: string;
  /** Bill of the load of the command. */
  readonly bill: Bill;
  /** Bills of the same use for each connection, by their number of connections. */
  readonly sizes: readonly Bill[];
  /** Managed services for the load of the command. */
  readonly alternatives: readonly Alternative[];
  /** Day on which the age of the prices is judged. */
  readonly today: Date;
}

/** Renders a bill as one web page. */
export function html({ stack, region, bill, sizes, alternatives, today }: CostPage): string {
  const footnotes = new Footnotes(
    bill.marks,
    alternatives.flatMap(({ prices }) => prices),
    today,
  );
  const title = `${money(bill.usd)} a month for ${count(bill.load.connections)} connections`;
  return htmlPage({
    title: `Cost of ${stack}: ${title}`,
    style: STYLE,
    main: markup`<h1>${title}</h1>
<p class="soft">An estimate for the stack <code>${stack}</code> in ${region}, ${region === PRICED_REGION ? 'at its prices' : markup`<strong>at the prices of ${PRICED_REGION}</strong>, which can differ`}, for a month of 730 hours, without taxes, discounts and support. It was not compared with an invoice.</p>
${factsOf(bill)}
${section('By number of connections', markup`<p class="soft">The same use for each connection. The hollow dot is the cost without use, the full dot is the sum. The axis is logarithmic.</p>${totals(sizes)}`)}
${section('Shares of the parts', markup`<p class="soft">Each bar is one bill, and all have the same length.</p>${shares(sizes)}${partsTable(sizes)}`)}
${section('Lines of the bill', linesTable(bill, footnotes))}
${alternatives.length > 0 && section('Managed services', markup`<p class="soft">Publishes and deliveries only, with connections that stay open. Transfer to clients, which AWS bills besides for its services, is left out. So are history, authentication and an HTTP API.</p>${alternativesTable(bill, alternatives, footnotes)}`)}
${footnotes.prices.length > 0 && section('Prices to check', pricesToCheck(footnotes))}
<footer>Computed on ${today.toISOString().slice(0, 10)} with <code>npm run cost</code>.</footer>`,
  });
}

function factsOf({ load, freeTier, usd, growingUsd, usdOfConnection, usdOfMillionPublishes }: Bill): Markup {
  return facts([
    [
      'Load',
      `${count(load.connections)} connections on ${count(load.topics)} ${load.topics === 1 ? 'topic' : 'topics'}, ${Number(load.rate.toPrecision(3))} messages a second on each topic, ${load.bytes} bytes each`,
    ],
    ['Pings', load.pingInterval > 0 ? `every ${load.pingInterval} s` : 'none'],
    ['Without use', money(usd - growingUsd)],
    ['Grows with use', money(growingUsd)],
    ['A silent connection', `$${usdOfConnection.toFixed(4)} a month`],
    ['A million publishes', `${money(usdOfMillionPublishes)}, with their delivery`],
    ['Free amounts of AWS', freeTier ? 'subtracted' : 'not subtracted'],
  ]);
}

function pricesToCheck({ prices }: Footnotes): Markup {
  return markup`<ol>${prices.map(
    ({ service, usage, marks, asOf, source }, index) => markup`
<li id="price-${index + 1}">${service}, ${usage}: <strong>${marks.join(', ')}</strong>. ${asOf !== null && `As of ${asOf}. `}Source: ${source}.</li>`,
  )}</ol>`;
}
