import { UNRESERVED_CONCURRENCY } from '../aws-limits';
import { quotasOf } from './capacity-rules';
import type { Finding, Sound } from './check-shape';
import { lambdaOf } from './http-compute';
import type { Rule } from './rules';
import type { StageSettings } from './shape';
import { apiGatewayOf, serversOf } from './websocket-entry';

/** Functions of the WebSocket lane with any entry. */
const DELIVERY_FUNCTIONS = ['push', 'dispatch', 'deliver', 'revoke'] as const;

/** Functions of the WebSocket lane with an API Gateway API. */
const API_FUNCTIONS = ['connect', 'disconnect', 'message', ...DELIVERY_FUNCTIONS] as const;

/** Concurrency of one function. */
interface Concurrency {
  /** `http`, or the name of a function of the WebSocket lane. */
  readonly name: string;
  readonly reserved: number | undefined;
  readonly provisioned: { readonly minCapacity?: number; readonly maxCapacity?: number };
  /** Path of the provisioned concurrency. */
  readonly path: readonly string[];
  /** Name of the setting of the reserved concurrency, in the block that has both. */
  readonly reservedSetting: string;
}

/** Settings of the concurrency of functions. */
interface FunctionSettings<Name extends string> {
  readonly reservedConcurrency?: Partial<Record<Name, number>>;
  readonly provisionedConcurrency?: Partial<Record<Name, Concurrency['provisioned']>>;
}

function websocketFunctions<Name extends string>(
  names: readonly Name[],
  { reservedConcurrency, provisionedConcurrency }: FunctionSettings<Name> = {},
): Concurrency[] {
  return names.map((name) => ({
    name,
    reserved: reservedConcurrency?.[name],
    provisioned: provisionedConcurrency?.[name] ?? {},
    path: ['capacity', 'websocket', 'provisionedConcurrency', name],
    reservedSetting: `reservedConcurrency.${name}`,
  }));
}

function functionsOf(settings: Sound<StageSettings>): Concurrency[] {
  const servers = serversOf(settings);
  const functions = servers
    ? websocketFunctions(DELIVERY_FUNCTIONS, servers)
    : websocketFunctions(API_FUNCTIONS, apiGatewayOf(settings));
  const http = lambdaOf(settings);
  const httpFunction = http && {
    name: 'http',
    reserved: http.reservedConcurrency,
    provisioned: http.provisionedConcurrency ?? {},
    path: ['capacity', 'http', 'provisionedConcurrency'],
    reservedSetting: 'reservedConcurrency',
  };
  return httpFunction ? [httpFunction, ...functions] : functions;
}

function* minNotAboveMax(settings: Sound<StageSettings>): Iterable<Finding> {
  for (const { path, provisioned } of functionsOf(settings)) {
    const { minCapacity, maxCapacity } = provisioned;
    if (minCapacity && maxCapacity && minCapacity > maxCapacity) {
      yield {
        path: [...path, 'minCapacity'],
        value: minCapacity,
        rule: `must be at most maxCapacity, ${maxCapacity}`,
        fix: `set it to ${maxCapacity} or less, or maxCapacity to ${minCapacity} or more`,
      };
    }
  }
}

/** Source: "Configuring provisioned concurrency for a function", AWS Lambda Developer Guide. */
function* provisionedWithinReserved(settings: Sound<StageSettings>): Iterable<Finding> {
  for (const { path, provisioned, reserved, reservedSetting } of functionsOf(settings)) {
    const { maxCapacity } = provisioned;
    if (maxCapacity && reserved && maxCapacity > reserved) {
      yield {
        path: [...path, 'maxCapacity'],
        value: maxCapacity,
        rule: `must be at most ${reservedSetting}, ${reserved}, which includes it`,
        fix: `set it to ${reserved} or less, or ${reservedSetting} to ${maxCapacity} or more`,
      };
    }
  }
}

/**
 * Provisioned concurrency is a part of the reserved concurrency of its function. Without one, it is taken from the unreserved
 * concurrency, of which the minimum must remain. Source: "Understanding Lambda function scaling", AWS Lambda Developer Guide.
 */
function* concurrencyFitsQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const claims = functionsOf(settings).flatMap(({ name, reserved, provisioned: { maxCapacity } }) => {
    if (reserved) return [{ name, kind: 'reserved', count: reserved }];
    return maxCapacity ? [{ name, kind: 'provisioned', count: maxCapacity }] : [];
  });
  const sum = claims.reduce((total, { count }) => total + count, 0);
  const most = quotasOf(settings).lambdaConcurrency - UNRESERVED_CONCURRENCY;
  if (sum > 0 && sum > most) {
    const list = ['reserved', 'provisioned'].flatMap((kind) => {
      const each = claims.filter((claim) => claim.kind === kind).map(({ name, count }) => `${name} ${count}`);
      return each.length > 0 ? [`${kind}: ${each.join(', ')}`] : [];
    });
    const none = `remove reservedConcurrency and provisionedConcurrency${lambdaOf(settings) ? ', and set capacity.http.type to "fargate"' : ''}`;
    yield {
      path: ['capacity'],
      value: undefined,
      rule: `needs a concurrency of ${sum} (${list.join('; ')}), but at most ${Math.max(most, 0)} can be reserved or provisioned: the quota is ${most + UNRESERVED_CONCURRENCY}, and Lambda keeps ${UNRESERVED_CONCURRENCY} unreserved`,
      fix: `${most > 0 ? `lower them to ${most} or less in total` : none}, or request an increase of quota L-B99A9384 and set quotas.lambdaConcurrency`,
    };
  }
}

export const concurrencyRules: readonly Rule[] = [minNotAboveMax, provisionedWithinReserved, concurrencyFitsQuota];
