import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { CommandError, commandNamed, parseArguments, type Terminal } from '../cli';
import type { Plan } from './plan';

/** Parsed arguments of the command. */
export interface Options {
  readonly plan: Plan;
  readonly print: 'text' | 'json';
  /** File for the report as a web page. */
  readonly html?: string;
}

/** Parses the arguments. */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const command = commandNamed('npm run probe --')
    .argument('<url>', "URL of the page's request: http://localhost:8000/items", url('http:', 'https:'))
    .option('--page <url>', 'page', url('http:', 'https:'))
    .option('--origin <origin>', 'origin of the page', origin)
    .option('--method <method>', 'method', 'GET')
    .option('--header <line>', 'header', (line: string, all: string[]) => [...all, line], [])
    .option('--data <text>', 'body')
    .option('--fresh', 'the server has answered no request since its start')
    .option('--rounds <n>', 'number of new connections', number(2, 100), 8)
    .option('--rest <seconds>', 'rests', '1,6,15')
    .option('--websocket <url>', 'URL of the WebSocket', url('ws:', 'wss:'))
    .option('--subprotocol <name>', 'subprotocol', '')
    .option('--frame <text>', 'frame')
    .option('--load', 'also under load')
    .option('--sockets <n>', 'sockets', number(1, 1000), 20)
    .option('--messages <n>', 'frames a second', number(1, 1000), 20)
    .option('--dns <server>', 'name server')
    .addOption(new Option('--cacert <file>', 'certificates'))
    .option('--timeout <ms>', 'timeout of each step', number(100, 60_000), 10_000)
    .option('--json', 'print one JSON object');
  parseArguments(command, args, terminal);
  const flags = command.opts();
  const headers = Object.fromEntries(
    (flags.header as string[]).map((line) => {
      const [name = '', ...rest] = line.split(':');
      return [name.trim().toLowerCase(), rest.join(':').trim()];
    }),
  );
  return {
    plan: {
      request: {
        url: command.processedArgs[0],
        method: flags.method,
        headers,
        body: flags.data,
        origin: flags.origin ?? flags.page?.origin,
        credentials: 'same-origin',
      },
      page: flags.page,
      fresh: flags.fresh === true,
      rounds: flags.rounds,
      rests: flags.rest === '' ? [] : flags.rest.split(',').map(Number),
      socket: flags.websocket && {
        url: flags.websocket,
        subprotocol: flags.subprotocol,
        origin: flags.origin ?? flags.page?.origin,
        frames: flags.frame === undefined ? [] : [flags.frame],
      },
      load: flags.load ? { sockets: flags.sockets, messages: flags.messages } : undefined,
      network: {
        dns: flags.dns,
        ca: flags.cacert === undefined ? undefined : read(flags.cacert),
        insecure: false,
        timeout: flags.timeout,
      },
    },
    print: flags.json ? 'json' : 'text',
  };
}

function url(...protocols: string[]) {
  return (value: string): URL => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new InvalidArgumentError(
        `Fix: use a URL with ${protocols.join(' or ')}, such as ${protocols[1]}//example.com`,
      );
    }
    return new URL(value);
  };
}

/** The URL standard defines no origin for the scheme of an app, `capacitor://localhost`. */
function origin(value: string): string {
  const isOrigin =
    (URL.canParse(value) && new URL(value).origin === value) ||
    (/^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d+)?$/.test(value) && !/^(https?|wss?|ftp|file):/.test(value));
  if (!isOrigin) {
    throw new InvalidArgumentError(
      'Fix: use the origin that a browser sends: scheme, host and port, without a path or a final "/"',
    );
  }
  return value;
}

function path(value: string): string {
  if (!value.startsWith('/')) {
    throw new InvalidArgumentError('Fix: begin it with "/"');
  }
  return value;
}

function number(minimum: number, maximum: number) {
  return (value: string): number => {
    if (!/^\d{1,6}$/.test(value) || Number(value) < minimum || Number(value) > maximum) {
      throw new InvalidArgumentError(`Fix: use a whole number from ${minimum} to ${maximum}`);
    }
    return Number(value);
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `The file of --cacert cannot be read: ${(error as NodeJS.ErrnoException).message}. Fix: check the path.`,
      {
        cause: error,
      },
    );
  }
}
