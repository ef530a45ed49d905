import { contentTypeOf } from '../../../fetch-rules';
import type { PageRequest } from './request';

/** Kind of the shell that runs the command. */
export type Shell = 'posix' | 'windows';

/** Command that measures the same request outside the browser, and what must be done before. */
export interface Command {
  readonly text: string;
  /** Absent if the command contains everything. */
  readonly before?: string;
}

/** File for a body that cannot be quoted. */
const FILE = 'body.txt';

/** @returns the command `npm run probe` for the values that the user entered */
export function probeCommand(
  request: PageRequest,
  origin: string,
  websocket: string | undefined,
  shell: Shell,
): Command {
  const { url, method, headers, body, credentials } = request;
  const inFile = body !== undefined && (body.startsWith('@') || (shell === 'windows' && /["%!\n\r]/.test(body)));
  const options: [option: string, value: string][] = [
    ...(new URL(url).origin === origin ? [] : [['--origin', origin] as [string, string]]),
    ...(method === (body === undefined ? 'GET' : 'POST') ? [] : [['--method', method] as [string, string]]),
    ...Object.entries(headers)
      .filter(([name, value]) => name !== 'content-type' || body === undefined || value !== contentTypeOf(body))
      .map(([name, value]): [string, string] => ['--header', `${name}: ${value}`]),
    ...(body === undefined ? [] : [['--data', inFile ? `@${FILE}` : body] as [string, string]]),
    ...(credentials === 'same-origin' ? [] : [['--credentials', credentials] as [string, string]]),
    ...(websocket === undefined ? [] : [['--websocket', websocket] as [string, string]]),
  ];
  const words = [url, ...options.flat()].map((word) => quoted(word, shell));
  return {
    text: ['npm run probe --', ...words].join(' '),
    ...(inFile && { before: `Save the body as the file ${FILE} first.` }),
  };
}

function quoted(word: string, shell: Shell): string {
  if (/^[\w./:@-]+$/.test(word) && !(shell === 'windows' && word.startsWith('@'))) {
    return word;
  }
  return shell === 'posix'
    ? `'${word.replaceAll("'", String.raw`'\''`)}'`
    : `"${word.replaceAll('"', String.raw`\"`)}"`;
}
