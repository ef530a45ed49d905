import type { CauseId } from '../../probe/diagnosis/cause';
import type { PlantedOptions } from '../../../test/tools/probe/servers/planted/options';
import type { Servers } from '../../../test/tools/probe/servers/start';

/** Servers with a known cause, or with none, and the verdict that the probe must give. */
export interface Case {
  /** Unique. */
  readonly title: string;
  /** Starts the servers. @returns arguments of the probe */
  readonly start: (servers: Servers) => Promise<readonly string[]>;
  readonly expected: Verdict;
}

export interface Verdict {
  /** Absent if several are right. */
  readonly exitCode?: 0 | 1 | 2;
  /** Ids that the first cause can have. Empty if no fault must be named. */
  readonly first: readonly CauseId[];
  /** Further faults that must be named. */
  readonly others?: readonly CauseId[];
  /** Further faults that can be named. */
  readonly allowed?: readonly CauseId[];
  /** Milliseconds that a cause adds, as planted. */
  readonly adds?: Readonly<Partial<Record<CauseId, number>>>;
  /** Must be in the report's text: the answer, the causes, what is undecided and what was not measured. */
  readonly says?: RegExp;
}

/** Address of a planted server on 127.0.0.1, or on another host name. */
export async function planted(servers: Servers, options: PlantedOptions, host = '127.0.0.1'): Promise<string> {
  const scheme = (options.transport ?? 'http') === 'http' ? 'http' : 'https';
  return `${scheme}://${host}:${await servers.start('planted', JSON.stringify(options))}`;
}

/** Round trip to a distant server, in milliseconds. */
const FAR = 20;

/** Address of a planted server with a long round trip. */
export async function far(servers: Servers, options: PlantedOptions): Promise<string> {
  const { protocol, port } = new URL(await planted(servers, options));
  return `${protocol}//127.0.0.1:${await servers.start('delaying-proxy', port, FAR)}`;
}

/** Origin of a page on another host than the server. */
export const PAGE: readonly string[] = ['--origin', 'https://app.example.com'];

/** Arguments of a short run of the probe, without rests. The server has just been started. */
export const SHORT: readonly string[] = ['--fresh', '--rest', 'none'];

/** Arguments of a page that sends JSON. */
export const JSON_POST: readonly string[] = ['--data', '{"name":"first"}'];

/** Arguments for a server that also answers WebSocket handshakes, and few requests before them. */
export function socket(url: string, ...options: readonly string[]): readonly string[] {
  return [url, '--websocket', url.replace(/^http/, 'ws'), '--fresh', '--rest', 'none', '--rounds', '5', ...options];
}
