import { styleText } from 'node:util';
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { LogLine } from '../log-line';

/** Where the runner tells a person, or a machine, what happens. */
export interface Terminal {
  /** A step of the start. */
  progress(step: string): void;
  log(line: Omit<LogLine, 'time'>): void;
  ready(blueprint: Blueprint, addresses: Addresses, milliseconds: number): void;
}

const COLOURS = { http: 'blue', websocket: 'magenta', aws: 'green', events: 'cyan', runner: 'gray' } as const;

/** JSON lines on standard output; nothing else is printed there. */
export function jsonTerminal(write: (line: string) => void): Terminal {
  const print = (object: object) => write(`${JSON.stringify(object)}\n`);
  return {
    progress: (step) => print({ event: 'progress', time: now(), step }),
    log: (line) => print({ event: 'log', time: now(), ...line }),
    ready(blueprint, addresses) {
      for (const { type, meaning } of blueprint.notEmulated) {
        print({ event: 'log', time: now(), lane: 'runner', level: 'info', text: `Not emulated: ${type}: ${meaning}` });
      }
      print(readyEvent(blueprint, addresses));
    },
  };
}

/** One object that says where everything is. */
function readyEvent({ loadBalancers, webSocketApis }: Blueprint, addresses: Addresses): object {
  return {
    event: 'ready',
    endpoints: [
      ...loadBalancers.flatMap(({ listeners }) =>
        listeners.map(({ logicalId }) => ({ kind: 'http', logicalId, url: addresses.loadBalancers[logicalId]?.url })),
      ),
      ...webSocketApis.map(({ logicalId }) => ({
        kind: 'websocket',
        logicalId,
        url: addresses.webSocketApis[logicalId]?.url,
        managementUrl: addresses.webSocketApis[logicalId]?.managementUrl,
      })),
    ],
    awsEndpoint: addresses.awsEndpoint,
  };
}

/** Lines for a person, coloured by lane where the terminal has colours. */
export function humanTerminal(write: (line: string) => void, colour: boolean): Terminal {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(style, text) : text);
  return {
    progress: (step) => write(paint('dim', `  ${step}\n`)),
    log({ lane, level, text, of }) {
      const name = paint(COLOURS[lane], lane.padEnd(9));
      const readable = fieldsOf(text) ?? text;
      const told = level === 'error' ? paint('red', readable) : level === 'warn' ? paint('yellow', readable) : readable;
      write(`${paint('dim', now().slice(11, 23))} ${name} ${of ? paint('dim', `${withoutHash(of)} `) : ''}${told}\n`);
    },
    ready({ loadBalancers, webSocketApis, notEmulated, examples }, addresses, milliseconds) {
      const http = loadBalancers.flatMap(({ listeners }) =>
        listeners.map(({ logicalId }) => addresses.loadBalancers[logicalId]?.url),
      );
      const webSocket = webSocketApis.map(({ logicalId }) => addresses.webSocketApis[logicalId]?.url);
      const lines = [
        '',
        ...notEmulated.map(({ type, meaning }) => paint('dim', `  not emulated: ${type}: ${meaning}`)),
        '',
        `  Ready in ${(milliseconds / 1000).toFixed(1)} s`,
        '',
        ...http.map((url) => `  ${paint('blue', 'HTTP      ')} ${url}`),
        ...webSocket.map((url) => `  ${paint('magenta', 'WebSocket ')} ${url}`),
        `  ${paint('green', 'DynamoDB, SQS')} ${addresses.awsEndpoint}`,
        '',
        ...tryOut(examples, http[0], webSocket[0]).flatMap(({ title, command }) => [
          paint('bold', `  ${title}`),
          `  ${command}`,
          '',
        ]),
        paint('dim', '  Ctrl-C stops everything.'),
        '',
      ];
      write(lines.join('\n'));
    },
  };
}

/** @returns the app's own examples with this run's URLs, or the least that can be tried with any app. */
function tryOut(examples: Blueprint['examples'], http = '', webSocket = ''): Blueprint['examples'] {
  const own = examples.map(({ title, command }) => ({
    title,
    command: command.replaceAll('{http}', http).replaceAll('{websocket}', webSocket),
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

/** @returns a logical id as its author wrote it: the CDK appends eight hexadecimal digits. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function now(): string {
  return new Date().toISOString();
}
