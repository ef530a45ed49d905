import { styleText } from 'node:util';
import type { LogLine } from '../log-line';
import type { Urls } from '../urls';
import { withoutHash } from '../without-hash';
import type { Shown, Terminal } from './terminal';

export interface HumanTerminalOptions {
  readonly write: (text: string) => void;
  readonly color: boolean;
  /** Width in characters. @default 80 */
  readonly columns?: number | undefined;
}

const COLOURS = {
  cloudfront: 'yellow',
  http: 'blue',
  websocket: 'magenta',
  aws: 'green',
  events: 'cyan',
  runner: 'gray',
} as const;

/** Terminal output for people, with a color for each process if the terminal has colors. */
export function humanTerminal({ write, color, columns = 80 }: HumanTerminalOptions): Terminal {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  return {
    event(event) {
      if (event.event === 'progress') {
        write(paint('dim', `  ${event.step} ...\n`));
      } else if (event.event === 'log') {
        log(event);
      }
    },
    ready({ blueprint, urls, problems }, { links, examples, notes = [] }, milliseconds) {
      // Clients reach a lane behind a distribution only through it.
      const endpoints = urls.endpoints.filter(({ behind }) => behind === undefined);
      const several = new Set(endpoints.map(({ stack }) => stack)).size > 1;
      const entry = (style: Parameters<typeof link>[0], title: string, url: string, stack: string) =>
        `${link(style, title, url)}${several ? dim(`  ${stack}`) : ''}`;
      const lines = [
        '',
        ...[...blueprint.notEmulated.map(({ type, meaning }) => `Not emulated: ${type}. ${meaning}`), ...notes]
          .flatMap((text) => wrapped(text, columns))
          .map(dim),
        '',
        `  Ready in ${(milliseconds / 1000).toFixed(1)} s${problems.length > 0 ? ', except:' : ''}`,
        ...problems.flatMap((problem) => wrapped(`✗ ${printable(problem)}`, columns)).map((line) => paint('red', line)),
        '',
        ...links.map(({ title, url }) => link('yellow', title, url)),
        ...endpoints.filter(({ kind }) => kind === 'http').map(({ url, stack }) => entry('blue', 'HTTP', url, stack)),
        ...endpoints
          .filter(({ kind }) => kind === 'websocket')
          .map(({ url, stack }) => entry('magenta', 'WebSocket', url, stack)),
        link('green', 'DynamoDB, SQS', urls.aws),
        ...(urls.console === undefined ? [] : [link('yellow', 'Console', urls.console)]),
        ...endpoints
          .filter(({ kind }) => kind === 'token')
          .map(({ url, stack }) => entry('yellow', 'Tokens', `${url}?subject=alice&tenant=acme`, stack)),
        '',
        ...(examples.length > 0 ? examples : defaultExamples(urls)).flatMap(({ title, command }) => [
          paint('bold', `  ${title}`),
          `  ${command}`,
          '',
        ]),
        dim('  Ctrl-C stops everything.'),
        '',
        '',
      ];
      write(lines.join('\n'));
    },
  };

  function log({ time, process, level, text, of }: LogLine): void {
    const name = paint(COLOURS[process], process.padEnd(10));
    const readable = printable(fieldsOf(text) ?? text);
    const shown = level === 'error' ? paint('red', readable) : level === 'warn' ? paint('yellow', readable) : readable;
    const clock = paint('dim', new Date(time).toTimeString().slice(0, 8));
    write(`${clock} ${name} ${of ? paint('dim', `${withoutHash(of)} `) : ''}${shown}\n`);
  }

  function link(colorOfTitle: Parameters<typeof styleText>[0], title: string, url: string): string {
    return `  ${paint(colorOfTitle, title.padEnd(13))}  ${url}`;
  }

  function dim(text: string): string {
    return paint('dim', text);
  }
}

/** @returns commands that work with any app */
function defaultExamples({ http, websocket }: Urls): Shown['examples'] {
  return [
    ...(websocket ? [{ title: 'Connect', command: `npx --yes wscat -c ${websocket}` }] : []),
    ...(http ? [{ title: 'Send a request', command: `curl -i ${http}/` }] : []),
  ];
}

/** Member with the metadata of a line in the embedded metric format. */
const METADATA = '_aws';

/** @returns `event=request status=201` for a line of JSON, the output of handlers; undefined for any other text */
function fieldsOf(text: string): string | undefined {
  if (!text.startsWith('{')) {
    return undefined;
  }
  try {
    const fields = Object.entries(JSON.parse(text));
    return fields
      .filter(([name]) => name !== METADATA)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
  } catch {
    return undefined;
  }
}

/** @returns the text with control characters escaped and further lines indented, so that no client's input looks like an event */
function printable(text: string): string {
  return text.replace(/(?!\t)\p{Cc}/gu, (character) =>
    character === '\n' ? '\n         ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Wraps a sentence between words. Indents its first line by two characters, and further lines by four. */
function wrapped(sentence: string, columns: number): string[] {
  const lines = ['  '];
  for (const word of sentence.split(' ')) {
    const line = `${lines.at(-1)}${lines.at(-1)?.trim() ? ' ' : ''}${word}`;
    if (line.length <= columns) {
      lines.splice(-1, 1, line);
    } else {
      lines.push(`    ${word}`);
    }
  }
  return lines;
}
