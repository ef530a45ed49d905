import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError, lookOf, type Terminal } from '../cli';
import type { Plan } from './measure';

/** What the command was asked to do. */
export interface Options {
  readonly plan: Plan;
  readonly print: 'text' | 'json';
}

/** Where this app has something to read that changes nothing. */
const PATH = '/v1/topics/probe/messages?limit=1';

/** The storm publishes to a topic of its own; a server that knows no such frames gets them as any text. */
const GREETING = JSON.stringify({ action: 'subscribe', topic: 'probe' });
const FRAME = JSON.stringify({ action: 'publish', topic: 'probe', data: 'storm' });

const EPILOGUE = `
A browser's first request is put together from measurements: lookup, TCP, TLS, the preflight of a JSON POST from another
origin (kept 7200 s at most, as Chromium does), and 300 ms where the name leads to a silent IPv6 address first. The
requests themselves are GETs. Every request under load comes from a fresh connection.

What it does to the lanes: 20 requests a second and, unless more is asked for, 20 sockets that publish 60 messages to the
topic "probe"; what then looks slowed is done once more. Use it on lanes that are yours.

Exit codes:
  0  isolated and warm: sockets do not slow requests, and only distance slows the first
  1  not isolated, or not warm
  2  could not measure: a mistake in the arguments, nothing listens, a certificate that a browser refuses, no WebSocket,
     or this machine paused during the very first request, which can hide a cold start

Examples:
  npm run probe -- --api https://api.example.com --ws wss://ws.example.com --origin https://app.example.com
  npm run probe -- --api http://localhost:4510 --ws ws://localhost:4511
  npm run probe --silent -- --api https://api.example.com --ws wss://ws.example.com --json > probe.json
  npm run probe -- --api https://chat.example.com --path /health --ws wss://chat.example.com/socket \\
    --subprotocol '' --frame hello --sockets 100
`;

/**
 * Reads the arguments; writes help to standard output and mistakes to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or a mistake (another)
 * @throws {CommandError} if the file of certificates cannot be read
 */
export function parse(args: readonly string[], { stdout, stderr }: Terminal): Options {
  const command = new Command('npm run probe --')
    .description('Says why a first request is slow, and what open sockets do to it.')
    .requiredOption('--api <url>', 'the HTTP lane: https://api.example.com', url('http:', 'https:'))
    .requiredOption('--ws <url>', 'the WebSocket lane: wss://ws.example.com', url('ws:', 'wss:'))
    .option('--origin <origin>', 'whose page asks: https://app.example.com; without it there is no preflight', origin)
    .option('--path <path>', 'what to GET, and what the preflight is about', path, PATH)
    .addOption(
      new Option('--token <token>', 'a bearer token; sockets are opened with tickets of POST /v1/tickets').env(
        'TWINLANE_TOKEN',
      ),
    )
    .option('--subprotocol <name>', "what sockets offer; '' for none", 'twinlane.v1')
    .option('--runs <n>', 'fresh connections, and handshakes', number(2, 100), 5)
    .option('--sockets <n>', 'sockets under load', number(1, 1000), 20)
    .option('--messages <n>', 'frames a second that they send, together', number(1, 1000), 20)
    .option(
      '--seconds <n>',
      'how long requests are sent: idle, beside one socket, beside all, in the storm',
      number(1, 60),
      3,
    )
    .option('--frame <text>', 'what the storm sends (default: publishes to the topic probe)')
    .option('--dns <server>', 'ask this name server, not the system: 192.0.2.53 or 192.0.2.53:5353')
    .option('--ca <file>', 'trust these certificates, too (PEM)')
    .option('--timeout <ms>', 'how long each step may take', number(100, 60_000), 10_000)
    .option('--json', 'print one JSON object: page, causes, verdict, measurements, ...')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => lookOf(stdout).width,
    })
    .parse(args, { from: 'user' });
  const flags = command.opts<Flags>();
  const { api, ws, subprotocol, runs, dns, timeout } = flags;
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
  return { plan: { api, ws, page, subprotocol, runs, load, dns, ca, timeout }, print: flags.json ? 'json' : 'text' };
}

interface Flags {
  readonly api: URL;
  readonly ws: URL;
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
        `It must be a URL with ${protocols.join(' or ')}, as ${protocols[1]}//example.com`,
      );
    }
    return new URL(value);
  };
}

function origin(value: string): string {
  if (!URL.canParse(value) || new URL(value).origin !== value) {
    throw new InvalidArgumentError(
      'It must be an origin as a browser sends it: scheme, host and port, no path, no "/" at the end',
    );
  }
  return value;
}

function path(value: string): string {
  if (!value.startsWith('/')) {
    throw new InvalidArgumentError('It must begin with "/"');
  }
  return value;
}

function number(minimum: number, maximum: number) {
  return (value: string): number => {
    if (!/^\d{1,6}$/.test(value) || Number(value) < minimum || Number(value) > maximum) {
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}`);
    }
    return Number(value);
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`The file of --ca cannot be read: ${(error as NodeJS.ErrnoException).message}`, {
      cause: error,
    });
  }
}
