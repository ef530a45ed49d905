import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { CommandError, commandNamed, parseArguments, type Terminal } from '../cli';
import type { Plan } from './measure';

/** Parsed arguments of the command. */
export interface Options {
  readonly plan: Plan;
  readonly print: 'text' | 'json';
}

/** Path of a read-only operation of this app. */
const PATH = '/v1/topics/probe/messages?limit=1';

/** Frames of this app's protocol, with a topic for the probe only. To another server they are plain text. */
const GREETING = JSON.stringify({ action: 'subscribe', topic: 'probe' });
const FRAME = JSON.stringify({ action: 'publish', topic: 'probe', data: 'storm' });

const EPILOGUE = `
The command models a browser's first request from measurements: lookup, TCP, TLS, the preflight of a JSON POST from
another origin (cached for at most 7200 s, as in Chromium), and 300 ms if the name resolves to an IPv6 address that does
not respond. The requests themselves are GETs. Every request under load uses a new connection.

Load on the lanes: 20 requests a second and, by default, 20 sockets that publish 60 messages to the topic "probe". Slow
results are measured a second time. Use it only on lanes that you operate.

Exit codes:
  0  no problem found: sockets do not slow requests, and only network latency slows the first request
  1  the first request is slow, or sockets slow requests
  2  could not measure: invalid arguments, no connection, a certificate that a browser rejects, no WebSocket, or a
     pause of this machine during the very first request, which can hide a cold start

Examples:
  npm run probe -- --http https://api.example.com --websocket wss://ws.example.com --origin https://app.example.com
  npm run probe -- --http http://localhost:4510 --websocket ws://localhost:4511
  npm run probe --silent -- --http https://api.example.com --websocket wss://ws.example.com --json > probe.json
  npm run probe -- --http https://chat.example.com --path /health --websocket wss://chat.example.com/socket \\
    --subprotocol '' --frame hello --sockets 100
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 * @throws {CommandError} if the file of certificates cannot be read
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const command = commandNamed('npm run probe --')
    .description('Finds the causes of a slow first request, and of requests that WebSockets slow down.')
    .requiredOption('--http <url>', 'URL of the HTTP lane: https://api.example.com', url('http:', 'https:'))
    .requiredOption('--websocket <url>', 'URL of the WebSocket lane: wss://ws.example.com', url('ws:', 'wss:'))
    .option(
      '--origin <origin>',
      'origin of the page: https://app.example.com; without it there is no preflight',
      origin,
    )
    .option('--path <path>', 'path of the GET requests and of the preflight', path, PATH)
    .addOption(
      new Option('--token <token>', 'bearer token; with it, sockets open with tickets from POST /v1/tickets').env(
        'TWINLANE_TOKEN',
      ),
    )
    .option('--subprotocol <name>', "subprotocol of the sockets; '' for none", 'twinlane.v1')
    .option('--runs <n>', 'number of new connections, and of WebSocket handshakes', number(2, 100), 5)
    .option('--sockets <n>', 'number of sockets under load', number(1, 1000), 20)
    .option('--messages <n>', 'frames a second that all sockets together send', number(1, 1000), 20)
    .option(
      '--seconds <n>',
      'duration of each pass: without sockets, with one, with all silent, and with all sending (storm)',
      number(1, 60),
      3,
    )
    .option('--frame <text>', 'text that the sockets send (default: a publish to the topic probe)')
    .option('--dns <server>', 'name server to use instead of the system resolver: 192.0.2.53 or 192.0.2.53:5353')
    .option('--ca <file>', 'additional trusted certificates (PEM)')
    .option('--timeout <ms>', 'timeout of each step', number(100, 60_000), 10_000)
    .option('--json', 'print one JSON object: page, causes, verdict, measurements, ...')
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const flags = command.opts<Flags>();
  const { http, websocket, subprotocol, runs, dns, timeout } = flags;
  const { sockets, messages, seconds, frame } = flags;
  const load = {
    sockets,
    messages,
    seconds,
    frame: frame ?? FRAME,
    greeting: frame === undefined ? GREETING : undefined,
  };
  const page = { path: flags.path, origin: flags.origin, token: flags.token };
  const ca = flags.ca === undefined ? undefined : read(flags.ca);
  return {
    plan: { http, websocket, page, subprotocol, runs, load, dns, ca, timeout },
    print: flags.json ? 'json' : 'text',
  };
}

interface Flags {
  readonly http: URL;
  readonly websocket: URL;
  readonly origin?: string;
  readonly path: string;
  readonly token?: string;
  readonly subprotocol: string;
  readonly runs: number;
  readonly sockets: number;
  readonly messages: number;
  readonly seconds: number;
  readonly frame?: string;
  readonly dns?: string;
  readonly ca?: string;
  readonly timeout: number;
  readonly json?: true;
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
      `The file of --ca cannot be read: ${(error as NodeJS.ErrnoException).message}. Fix: check the path.`,
      {
        cause: error,
      },
    );
  }
}
