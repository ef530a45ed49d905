import { styleText } from 'node:util';
import type { Blueprint } from '../blueprint';
import type { Terminal } from './terminal';
import { tokenUrl } from './token-url';

export interface HumanTerminalOptions {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  /** Width in characters. @default 80 */
  readonly columns?: number | undefined;
}

const COLOURS = {
  http: 'blue',
  websocket: 'magenta',
  aws: 'green',
  events: 'cyan',
  page: 'yellow',
  runner: 'gray',
} as const;

/** Lines for a person, coloured by lane where the terminal has colours. */
export function humanTerminal({ write, colour, columns = 80 }: HumanTerminalOptions): Terminal {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  return {
    progress: (step) => write(paint('dim', `  ${step} ...\n`)),
    log({ lane, level, text, of }) {
      const name = paint(COLOURS[lane], lane.padEnd(9));
      const readable = printable(fieldsOf(text) ?? text);
      const told = level === 'error' ? paint('red', readable) : level === 'warn' ? paint('yellow', readable) : readable;
      const time = paint('dim', new Date().toTimeString().slice(0, 8));
      write(`${time} ${name} ${of ? paint('dim', `${withoutHash(of)} `) : ''}${told}\n`);
    },
    ready(blueprint, addresses, milliseconds) {
      const { loadBalancers, webSocketApis, notEmulated, examples } = blueprint;
      const tokens = tokenUrl(blueprint, addresses);
      const http = loadBalancers.flatMap(({ listeners }) =>
        listeners.map(({ logicalId }) => addresses.loadBalancers[logicalId]?.url),
      );
      const webSocket = webSocketApis.map(({ logicalId }) => addresses.webSocketApis[logicalId]?.url);
      const lines = [
        '',
        ...notEmulated.flatMap(({ type, meaning }) => wrapped(`Not emulated: ${type}. ${meaning}`, columns)).map(dim),
        '',
        `  Ready in ${(milliseconds / 1000).toFixed(1)} s`,
        '',
        ...(addresses.page ? [`  ${paint('yellow', 'Page         ')}  ${addresses.page.url}`] : []),
        ...http.map((url) => `  ${paint('blue', 'HTTP         ')}  ${url}`),
        ...webSocket.map((url) => `  ${paint('magenta', 'WebSocket    ')}  ${url}`),
        `  ${paint('green', 'DynamoDB, SQS')}  ${addresses.awsEndpoint}`,
        ...(tokens ? [`  ${paint('yellow', 'Tokens       ')}  ${tokens}?subject=alice&tenant=acme`] : []),
        '',
        ...tryOut(examples, http[0], webSocket[0], tokens).flatMap(({ title, command }) => [
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

  function dim(text: string): string {
    return paint('dim', text);
  }
}

/** @returns the app's own examples with this run's URLs, or the least that can be tried with any app. */
function tryOut(examples: Blueprint['examples'], http = '', webSocket = '', tokens = ''): Blueprint['examples'] {
  const own = examples.map(({ title, command }) => ({
    title,
    command: command.replaceAll('{http}', http).replaceAll('{websocket}', webSocket).replaceAll('{tokens}', tokens),
  }));
  const least = [
    ...(webSocket ? [{ title: 'Connect', command: `npx wscat -c ${webSocket}` }] : []),
    ...(http ? [{ title: 'Ask', command: `curl -i ${http}/` }] : []),
  ];
  return own.length > 0 ? own : least;
}

/** @returns `event=request status=201` for a line of JSON, as handlers print them; undefined for any other text. */
function fieldsOf(text: string): string | undefined {
  if (!text.startsWith('{')) {
    return undefined;
  }
  try {
    const fields = Object.entries(JSON.parse(text));
    return fields
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
  } catch {
    return undefined;
  }
}

/** @returns the text without what moves the cursor; a further line is indented: nothing that a client sent looks like an event. */
function printable(text: string): string {
  return text.replace(/(?!\t)\p{Cc}/gu, (character) =>
    character === '\n' ? '\n         ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @returns a logical id as its author wrote it: the CDK appends eight hexadecimal digits. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** Breaks a sentence between words, and indents it: what follows its first line by two more. */
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
