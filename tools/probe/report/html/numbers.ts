import type { Exchange, Measurements } from '../../measurements';
import { type Markup, markup } from '../../../markup';

/**
 * Tables of all numbers: one of the requests, one of everything else. Without the headers and bodies of responses, because these can
 * contain secrets, such as a cookie.
 */
export function numbers({ evidence: _secrets, ...found }: Measurements): Markup {
  const { exchanges, values } = collected(found);
  return markup`<div class="wide" tabindex="0"><table><caption>Requests. Times in milliseconds</caption>
<tr><th>Request<th class="number">Start<th class="number">Response after<th class="number">Reopening<th class="number">Status<th>Closed<th class="number">Pause of the probe<th>Time in the server<th>Failure</tr>${exchanges.map(exchangeRow)}
</table></div>
<div class="wide" tabindex="0"><table><caption>Everything else. Times in milliseconds, unless a name says seconds</caption>
<tr><th>Name<th>Value</tr>${values.map(
    ({ name, value }) => markup`
<tr><td>${name}<td>${value}</tr>`,
  )}
</table></div>`;
}

interface Collected {
  readonly exchanges: { readonly name: string; readonly exchange: Exchange }[];
  readonly values: { readonly name: string; readonly value: string }[];
}

function collected(found: Omit<Measurements, 'evidence'>): Collected {
  const all: Collected = { exchanges: [], values: [] };
  for (const [key, value] of Object.entries(found)) {
    collect(all, words(key), value);
  }
  return all;
}

function collect(all: Collected, name: string, value: unknown): void {
  if (value === undefined) {
    return;
  }
  if (isExchange(value)) {
    all.exchanges.push({ name, exchange: value });
  } else if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) {
    all.values.push({ name, value: value.map(plain).join(', ') || 'none' });
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => {
      collect(all, `${singular(name)} ${index + 1}`, each);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      collect(all, `${name}, ${words(key)}`, each);
    }
  } else {
    all.values.push({ name, value: plain(value) });
  }
}

function isExchange(value: unknown): value is Exchange {
  return typeof value === 'object' && value !== null && ['at', 'ms', 'opening', 'status'].every((key) => key in value);
}

function exchangeRow({ name, exchange }: Collected['exchanges'][number]): Markup {
  const { at, ms, opening, status, closed, pause, serverTiming = {}, failure } = exchange;
  const inServer = Object.entries(serverTiming).map(([part, time]) => `${part} ${plain(time)}`);
  return markup`
<tr><td>${name}<td class="number">${plain(at)}<td class="number">${plain(ms)}<td class="number">${plain(opening)}<td class="number">${status}<td>${closed ? 'yes' : 'no'}<td class="number">${plain(pause)}<td>${inServer.join(', ')}<td>${failure}</tr>`;
}

/** `closedAfter` is `closed after`. */
function words(key: string): string {
  return key
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll(/\b(tcp|tls|alpn|url)\b/g, (name) => name.toUpperCase());
}

/** `families` is `family`. */
function singular(plural: string): string {
  return plural.replace(/ies$/, 'y').replace(/s$/, '');
}

function plain(value: unknown): string {
  return typeof value === 'number' ? `${Number(value.toFixed(2))}` : `${value}`;
}
