import { toCents } from '../prices/cents';
import { marksOf } from '../prices/marks';
import { costOf, type Price, SECONDS_OF_MONTH } from '../prices/price';
import { type Bill, type Line, type MarkedPrice, PARTS, type Part } from './bill';
import { canaryCharges } from './canary-charges';
import type { Charge } from './charge';
import type { CostLoad } from './cost-load';
import { floorCharges } from './floor';
import { httpCharges } from './http-charges';
import { loadOf, type UserLoad } from './load-of';
import { logCharges } from './log-charges';
import { observabilityCharges } from './observability-charges';
import type { Stage } from './stage';
import { transferCharges } from './transfer-charges';
import { userCharges } from './user-charges';
import { webSocketCharges } from './websocket-charges';

export interface BillOptions {
  /** False if the account uses its free amounts elsewhere. @default true */
  readonly freeTier?: boolean;
  /** Day for which the age of prices is computed. */
  readonly today: Date;
}

/** @returns the bill of a stage for a load */
export function billOf(stage: Stage, user: UserLoad, { freeTier = true, today }: BillOptions): Bill {
  const load = loadOf(stage, user);
  const charges = chargesOf(stage, load);
  const lines = linesOf(charges, freeTier);
  const idle = linesOf(chargesOf(stage, { ...load, rate: 0, httpRequestsPerSecond: 0, users: 0 }), freeTier);
  const silent = linesOf(chargesOf(stage, { ...load, rate: 0 }), freeTier);
  const usd = sum(lines);
  const millions = (load.topics * load.rate * SECONDS_OF_MONTH) / 1e6;
  const sumOfPart = (part: Part) => sum(lines.filter((line) => line.part === part));
  return {
    load,
    freeTier,
    lines,
    parts: Object.fromEntries(PARTS.map((part) => [part, sumOfPart(part)])) as Record<Part, number>,
    usd,
    growingUsd: sum(lines.filter(({ grows }) => grows)),
    usdOfConnection: sum(idle.filter(({ grows }) => grows)) / load.connections,
    usdOfMillionPublishes: millions > 0 ? (usd - sum(silent)) / millions : 0,
    marks: marksOfCharges(charges, today),
  };
}

function chargesOf(stage: Stage, load: CostLoad): Charge[] {
  return [
    ...floorCharges(stage),
    ...httpCharges(stage, load),
    ...webSocketCharges(stage, load),
    ...logCharges(stage, load),
    ...observabilityCharges(stage, load),
    ...canaryCharges(stage),
    ...transferCharges(stage, load),
    ...userCharges(stage, load),
  ].filter(({ quantity }) => quantity > 0);
}

/**
 * Lines of charges. The bands of a price apply to the sum of its charges: first to those that do not grow, so that they cost the same for
 * each load. Each of them, and then each of the others, pays its share.
 */
function linesOf(charges: readonly Charge[], freeTier: boolean): Line[] {
  const amountOf = (price: Price, grows: boolean) =>
    charges
      .filter((charge) => charge.price === price && charge.grows === grows)
      .reduce((total, { quantity }) => total + quantity, 0);
  return charges.map(({ part, what, price, quantity, grows }) => {
    const [amount, before] = [amountOf(price, grows), grows ? amountOf(price, false) : 0];
    const usdOfAll = costOf(price, before + amount, { freeTier }) - costOf(price, before, { freeTier });
    const { service, usage, unit } = price;
    const usd = toCents(usdOfAll * (quantity / amount));
    return { part, what, quantity, unit, price: { service, usage }, usd, grows };
  });
}

function sum(lines: readonly Line[]): number {
  return toCents(lines.reduce((total, { usd }) => total + usd, 0));
}

function marksOfCharges(charges: readonly Charge[], today: Date): MarkedPrice[] {
  return [...new Set(charges.map(({ price }) => price))]
    .map((price) => {
      const { service, usage, asOf, source } = price;
      return { service, usage, marks: marksOf(price, today), asOf, source };
    })
    .filter(({ marks }) => marks.length > 0);
}
