import { randomUUID } from 'node:crypto';

/** An event, in the form that targets receive. */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** `2026-01-01T00:00:00Z` */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** The reason why PutEvents does not accept an entry. */
export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

type Entry = Readonly<Record<string, unknown>>;

/** @param place account and Region of the caller. @param now milliseconds since 1970 */
export function eventOf(
  entry: Entry,
  { accountId, region }: { readonly accountId: string; readonly region: string },
  now: number,
): EventBridgeEvent | EntryError {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage };
    }
  }
  const detail = parsed(String(entry.Detail));
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': String(entry.DetailType),
    source: String(entry.Source),
    account: accountId,
    time: timeOf(entry.Time, now),
    region,
    resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
    detail,
  };
}

/** The size of an entry as PutEvents counts it, in bytes. Source: "Calculating Amazon EventBridge PutEvents event entry size". */
export function sizeOf({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Resources as readonly unknown[])];
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text ?? '')), Time === undefined ? 0 : 14);
}

/** @param time seconds since 1970, or a date as text. */
function timeOf(time: unknown, now: number): string {
  const milliseconds = typeof time === 'number' ? 1000 * time : typeof time === 'string' ? Date.parse(time) : now;
  return new Date(Number.isNaN(milliseconds) ? now : milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
