import { wrap } from '../cli';
import type { PlannedStack } from '../preflight/planned-stack';
import { count, dollars } from '../scale/words';
import type { Alternative } from './alternatives';
import { quantity as shown } from './amounts';
import { type Bill, type Line, PARTS, type Part } from './bill';
import { comparableUsd } from './comparable';
import type { Footnotes } from './footnotes';
import { PART_NAMES } from './part-names';
import { PRICED_REGION } from './region';

/** Content of the report. */
export interface CostReport {
  /** Name and Region of the stack. */
  readonly stage: Pick<PlannedStack, 'stack' | 'region'>;
  readonly bill: Bill;
  /** Limits that the load exceeds. */
  readonly exceeded: readonly string[];
  /** Managed services for the same messages. */
  readonly alternatives: readonly Alternative[];
  /** Prices to check, of the bill and of the managed services. */
  readonly footnotes: Footnotes;
  /** Columns at which sentences are wrapped. */
  readonly width: number;
}

/** Renders the bill as text: lines by part, sums, managed services, and the marks of prices as notes. */
export function report({ stage, bill, exceeded, alternatives, footnotes, width }: CostReport): string {
  const { stack, region } = stage;
  const wrapped = (text: string, indent: string) => indented(text, indent, width);
  const { load, usd, growingUsd } = bill;
  return [
    ...wrapped(`${stack}: ${dollars(usd)} a month, in ${region}, without taxes, discounts and support`, ''),
    ...(region === PRICED_REGION
      ? []
      : wrapped(`The prices are those of ${PRICED_REGION}. In ${region}, they can differ.`, '  ')),
    ...wrapped(loadLine(bill), '  '),
    ...(exceeded.length > 0
      ? wrapped(
          `This load exceeds ${exceeded.join(', ')}. The bill assumes that they are raised. npm run scale has the quotas.`,
          '  ',
        )
      : []),
    '',
    ...PARTS.flatMap((part) => partLines(part, bill, footnotes)),
    row('Sum', '', '', dollars(usd)),
    '',
    `Does not grow with the load  ${dollars(usd - growingUsd).padStart(12)}`,
    `Grows with the load (*)      ${dollars(growingUsd).padStart(12)}`,
    `A silent connection          ${`$${bill.usdOfConnection.toFixed(4)}`.padStart(12)}, with its pings and without messages`,
    ...(load.rate > 0
      ? [
          `A million publishes          ${dollars(bill.usdOfMillionPublishes).padStart(12)}, with the delivery of each to ${count(load.connections / load.topics)} ${load.connections === load.topics ? 'connection' : 'connections'}`,
        ]
      : []),
    '',
    ...wrapped('The same messages on managed services, without data to clients and users of the user pool', ''),
    serviceRow('Twinlane, this stage', comparableUsd(bill)),
    ...alternatives.flatMap((service) => alternativeLines(service, footnotes, width)),
    '',
    ...(footnotes.prices.length > 0 ? ['Prices to check before you rely on the bill:'] : []),
    ...footnotes.prices.flatMap(({ service, usage, marks: reasons, asOf, source }, index) => {
      const [first = '', ...others] = wrap(
        `[${index + 1}] ${service}, ${usage}: ${reasons.join(', ')}${asOf === null ? '' : ` (${asOf})`}; ${source}`,
        width - NOTE.length,
      );
      return [`  ${first}`, ...others.map((line) => `${NOTE}${line}`)];
    }),
    '',
  ].join('\n');
}

/** Indentation of the second line of a note, and of the others. */
const NOTE = ' '.repeat(6);

function indented(text: string, indent: string, width: number): string[] {
  return wrap(text, width - indent.length).map((line) => `${indent}${line}`);
}

function loadLine({ load, freeTier }: Bill): string {
  const entry = load.entry === 'apiGateway' ? 'API Gateway' : 'servers';
  const gateway = load.gateway === 'cloudFront' ? ' behind CloudFront' : '';
  return [
    `${entry}${gateway}`,
    `${count(load.connections)} connections on ${count(load.topics)} ${load.topics === 1 ? 'topic' : 'topics'}`,
    `${Number(load.rate.toPrecision(3))} messages a second on each topic, ${load.bytes} bytes each`,
    load.pingInterval > 0 ? `a ping every ${load.pingInterval} s` : 'no pings',
    `free amounts of AWS ${freeTier ? '' : 'not '}subtracted`,
  ].join('; ');
}

function partLines(part: Part, { lines, parts }: Bill, footnotes: Footnotes): string[] {
  const ofPart = lines.filter((line) => line.part === part);
  return ofPart.length === 0
    ? []
    : [row(PART_NAMES[part], '', '', dollars(parts[part])), ...ofPart.map((line) => lineRow(line, footnotes)), ''];
}

function lineRow({ what, quantity, unit, usd, price, grows }: Line, footnotes: Footnotes): string {
  return row(`  ${what}${grows ? ' *' : ''}`, shown(quantity), unit, dollars(usd), noteOf([footnotes.numberOf(price)]));
}

function alternativeLines(
  { service, usd, reason = '', known, prices }: Alternative,
  footnotes: Footnotes,
  width: number,
): string[] {
  return usd === undefined
    ? indented(`${service}: no price, ${reason}`, '  ', width)
    : [
        serviceRow(service, usd, noteOf(prices.map((price) => footnotes.numberOf(price)))),
        ...(known ? indented(known, '    ', width) : []),
      ];
}

function serviceRow(service: string, usd: number, note = ''): string {
  return `  ${service.padEnd(27)}${dollars(usd).padStart(12)} ${note}`.trimEnd();
}

/** @param numbers - undefined for a price without a note */
function noteOf(numbers: readonly (number | undefined)[]): string {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? `[${known.join(', ')}]` : '';
}

function row(what: string, quantity: string, unit: string, usd: string, note = ''): string {
  return `${what.padEnd(38)} ${quantity.padStart(16)} ${unit.padEnd(19)} ${usd.padStart(13)} ${note}`.trimEnd();
}
