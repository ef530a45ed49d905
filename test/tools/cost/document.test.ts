import { readFileSync, writeFileSync } from 'node:fs';
import type { Settings } from '../../../lib/settings/settings';
import { priceOf } from '../../../tools/prices/price';
import { Servers } from '../../../tools/scale/facts';
import { tracesPerSecond } from '../../../tools/scale/tracing';
import { dollars, wholeDollars } from '../../../tools/scale/words';
import { readStage } from '../../../tools/cost/read-stage';
import { tables } from '../../../tools/cost/tables';
import { billsOf } from '../../../tools/cost/tables/variant-bill';
import type { Variant } from '../../../tools/cost/variants';
import { expectUpdated } from '../../support/generated-table';
import { stageTemplate } from '../../stack/stages';
import { resourcesOf } from './resources-of';
import { variantStages } from './variant-stages';

const PATH = 'docs/cost.md';

const stageOf = variantStages();

test('docs/cost.md has the tables that npm run cost -- --tables prints, to the byte', () => {
  const printed = tables(stageOf)
    .split('\n\n')
    .map((table) => `${table.trim()}\n`);
  expect(printed).toHaveLength(11);
  if (isUpdate()) {
    writeFileSync(PATH, printed.reduce(withTable, readFileSync(PATH, 'utf8')));
  }
  const document = readFileSync(PATH, 'utf8');
  for (const table of printed) {
    expectUpdated(PATH, () => expect(document).toContain(`\n${table}`));
  }
});

test('docs/cost.md has sentences whose numbers agree with the bills and the prices', () => {
  const bills = billsOf(stageOf);
  const api: Variant = { entry: 'apiGateway', gateway: 'none' };
  const servers: Variant = { entry: 'servers', gateway: 'none' };
  const silent = (pingInterval: number) => bills(api, { connections: 1e4, rate: 0, pingInterval });
  const minutes = silent(240).lines.find(({ what }) => what === 'connection minutes')?.usd ?? 0;
  const million = (variant: Variant) => bills(variant, { connections: 1e6, rate: 1 / 60 }).usd;
  const busy = bills(servers, { connections: 1e5, rate: 1 });
  const largest = busy.lines.toSorted((one, other) => other.usd - one.usd)[0];
  const canary = canaryCost({});
  const synthetics = canaryCost({ type: 'synthetics' });
  const traced = priceOf('X-Ray', 'trace recorded').usd * tracesPerSecond(1e9) * 1e-3;
  expect(largest?.part).toBe('dataOut');
  const sentences = [
    `with 100,000 connections and one message a second, ${wholeDollars(busy.parts.dataOut)} of the added ${wholeDollars(busy.growingUsd)}.`,
    `The API costs ${(million(api) / million(servers)).toFixed(1)} times as much as servers`,
    `With 8 minutes instead of 4, a silent connection costs ${Math.round(100 * (1 - silent(480).growingUsd / silent(240).growingUsd))} % less.`,
    `The pings of a silent connection cost ${((silent(240).usd - silent(0).usd) / minutes).toFixed(1)} times as much as its connection minutes.`,
    `bills $${priceOf('Cognito', 'Essentials, active user').usd} for an active user`,
    `At $${priceOf('X-Ray', 'trace recorded').usd * 1e6} for a million traces, that is up to $${traced.toFixed(2)} for a million invocations, more than the $${(priceOf('Lambda', 'request').usd * 1e6).toFixed(2)} of the invocations.`,
    `adds ${dollars(canary.usd)} a month to \`prod\`: ${dollars(canary.ofLines)} in the lines that begin with \`canary:\`, and ${dollars(canary.usd - canary.ofLines)} for its secret and its alarms. One of CloudWatch Synthetics would add ${dollars(synthetics.usd)}, because`,
    `and ${Servers.sendCpu.value * 1e6} µs of an object for each frame`,
  ];
  if (isUpdate()) {
    writeFileSync(PATH, sentences.reduce(withSentence, readFileSync(PATH, 'utf8')));
  }
  const text = readFileSync(PATH, 'utf8');
  for (const sentence of sentences) {
    expectUpdated(PATH, () => expect(text).toContain(sentence));
  }
});

type Operation = NonNullable<Settings['operation']>;

/** @returns what a canary adds to the monthly bill of prod, and the part of it in its own lines, in USD without free amounts */
function canaryCost(canary: NonNullable<Operation['canary']>): { usd: number; ofLines: number } {
  const billWith = (operation: Operation) => {
    const stage = readStage(resourcesOf(stageTemplate('prod', { operation })));
    return billsOf(() => stage)({ entry: 'apiGateway', gateway: 'none' }, {});
  };
  const bill = billWith({ canary });
  const own = bill.lines.filter(({ what }) => what.startsWith('canary:'));
  return { usd: bill.usd - billWith({}).usd, ofLines: own.reduce((sum, { usd }) => sum + usd, 0) };
}

/** True with `npx jest PATH -u`. */
function isUpdate(): boolean {
  const { snapshotState } = expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } };
  return snapshotState._updateSnapshot === 'all';
}

/** Replaces the numbers of a sentence. */
function withSentence(document: string, sentence: string): string {
  const anyNumbers = sentence
    .replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
    .replaceAll(/(\\\$)?\d([\d,]|\\\.(?=\d))*/g, '\\$?\\d[\\d,]*(?:\\.\\d+)?');
  return document.replace(new RegExp(anyNumbers), () => sentence);
}

/** Replaces the table with the same names of columns. */
function withTable(document: string, table: string): string {
  const columns = columnsOf(table);
  return document.replaceAll(/(?<=\n\n)(\|.*\n)+(?=\n|$)/g, (found) => (columnsOf(found) === columns ? table : found));
}

function columnsOf(table: string): string {
  return (table.split('\n')[0] ?? '').replaceAll(/ +/g, ' ');
}
