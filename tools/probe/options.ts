import { type Command, Option } from 'commander';
import { CommandError, commandNamed, parseArguments, type Terminal } from '../cli';
import { contentTypeOf } from '../fetch-rules';
import { checkWritable, readCertificates, textOrFile } from './options/files';
import { EPILOGUE } from './options/help';
import { takenByNpm } from './options/npm';
import { another, cookie, header, method, number, origin, path, seconds, subprotocol, url } from './options/values';
import type { PageRequest, Plan, SocketPlan } from './plan';

/** Parsed arguments of the command. */
export interface Options {
  readonly plan: Plan;
  readonly print: 'text' | 'json';
  /** File for the report as a web page. */
  readonly html?: string;
}

interface Flags {
  readonly page?: URL;
  readonly origin?: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly cookie?: string;
  readonly credentials: PageRequest['credentials'];
  readonly status?: number;
  readonly fresh?: true;
  readonly other?: string;
  readonly rounds: number;
  readonly rest: readonly number[];
  readonly websocket?: URL;
  readonly subprotocol?: string;
  readonly frame?: readonly string[];
  readonly greeting?: string;
  readonly tickets?: URL;
  readonly load?: true;
  readonly sockets?: number;
  readonly messages?: number;
  readonly nameServer?: string;
  readonly cacert?: string;
  readonly insecure?: true;
  readonly timeout: number;
  readonly json?: true;
  readonly html?: string;
}

/** Subprotocol of this app, and frames of it with a topic for the probe only. */
const OWN = {
  subprotocol: 'twinlane.v1',
  greeting: JSON.stringify({ action: 'subscribe', topic: 'probe' }),
  frame: JSON.stringify({ action: 'publish', topic: 'probe', data: 'impulse' }),
};

/** Defaults of `--load`. */
const SOCKETS = 20;
const MESSAGES = 20;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @param environment shows options that npm took, because `--` was missing
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 * @throws {CommandError} if a file cannot be used, or if options contradict each other
 */
export function parse(
  args: readonly string[],
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Options {
  const command = probeCommand();
  const taken = takenByNpm(args, optionsOf(command), environment);
  if (taken !== undefined) {
    throw new CommandError(taken);
  }
  parseArguments(command, args, terminal);
  const [target] = command.processedArgs as [URL];
  const [, extra] = command.args;
  if (extra !== undefined) {
    throw new CommandError(
      `The argument ${extra} belongs to no option. Fix: write -- before the URL, and quotes around values with spaces: npm run probe -- <url> --option 'value'`,
    );
  }
  const flags = command.opts<Flags>();
  const request = requestOf(target, flags);
  if (flags.html !== undefined) {
    checkWritable(flags.html);
  }
  return {
    plan: {
      request,
      page: flags.page,
      fresh: flags.fresh === true,
      rounds: flags.rounds,
      rests: flags.rest,
      socket: socketOf(request, flags),
      load: loadOf(flags),
      network: {
        dns: flags.nameServer,
        ca: flags.cacert === undefined ? undefined : readCertificates(flags.cacert),
        insecure: flags.insecure === true,
        timeout: flags.timeout,
      },
    },
    print: flags.json ? 'json' : 'text',
    html: flags.html,
  };
}

function probeCommand(): Command {
  return (
    commandNamed('npm run probe --')
      .description('Why is my first request slow? Measures it, names the causes, and says what to change.')
      .usage('<url> [options]\n       npm run probe -- restart <url> [options]')
      .argument('<url>', "URL of the page's request: http://localhost:8000/items", url('http:', 'https:'))
      // Reported below, because npm causes them if `--` is missing.
      .allowExcessArguments()
      .option(
        '--page <url>',
        'page that sends it: its origin is sent, and its live-reload is recognized',
        url('http:', 'https:'),
      )
      .option(
        '--origin <origin>',
        "origin of the page, if it has no URL here; 'null' for a page opened as a file",
        origin,
      )
      .option('--method <method>', 'method (default: GET, or POST with --data)', method)
      .option('--header <line>', "header, 'Name: value' (repeatable)", header)
      .option('--data <text>', 'body: text, or @FILE; JSON is sent as application/json')
      .option('--cookie <text>', "cookies as the browser sends them: 'session=abc; theme=dark'", cookie)
      .addOption(
        new Option('--credentials <mode>', "as in fetch: cookies are sent to the page's own origin, always, or never")
          .choices(['omit', 'same-origin', 'include'])
          .default('same-origin'),
      )
      .option('--status <n>', 'expected status (default: any below 400)', number(200, 599))
      .option('--fresh', 'the server has answered no request since its start')
      .option('--other <path>', 'another path of the server, for the question if each URL is slow at first', path)
      .option('--rounds <n>', 'number of new connections', number(5, 100), 8)
      .addOption(
        new Option('--rest <seconds>', "seconds without a request before another one; 'none' for no rest")
          .argParser(seconds)
          .default(seconds('1,6,15'), '1,6,15'),
      )
      .option('--websocket <url>', "URL of the page's WebSocket: does it slow HTTP?", url('ws:', 'wss:'))
      .option('--subprotocol <name>', 'subprotocol of the WebSocket', subprotocol)
      .option('--frame <text>', 'frame that the page sends (repeatable: each kind is measured by itself)', another)
      .option('--greeting <text>', 'first frame of every socket')
      .option('--tickets <url>', 'URL that issues a ticket for each socket (POST)', url('http:', 'https:'))
      .option('--load', 'also measure under load, which slows the requests of other users')
      .option('--sockets <n>', `maximum number of sockets under load (default: ${SOCKETS})`, number(1, 1000))
      .option('--messages <n>', `frames a second of all sockets under load (default: ${MESSAGES})`, number(1, 1000))
      .option('--name-server <address>', "name server to use instead of the system's: 192.0.2.53 or 192.0.2.53:5353")
      .option('--cacert <file>', 'additional trusted certificates (PEM)')
      .option('--insecure', 'accept every certificate')
      .option('--timeout <ms>', 'timeout of each step', number(100, 60_000), 10_000)
      .option('--html <file>', 'also write the report as one web page, to send to a colleague')
      .option('--json', 'print one JSON object with all numbers')
      .addHelpText('after', EPILOGUE)
  );
}

/** Names of the options, without `--`, and if they have a value. */
export function optionsOf({ options }: Command = probeCommand()): { name: string; valued: boolean }[] {
  return options.map(({ long, required }) => ({ name: (long ?? '').replace(/^--/, ''), valued: required }));
}

/** The request as `fetch` sends it. @throws {CommandError} if `fetch` would not send it */
function requestOf(target: URL, flags: Flags): PageRequest {
  const { page, credentials, status, other: otherPath, header: given = {} } = flags;
  const pageOrigin = flags.origin ?? page?.origin;
  const body = flags.data === undefined ? undefined : textOrFile('--data', flags.data);
  const name = flags.method ?? (body === undefined ? 'GET' : 'POST');
  if (body !== undefined && (name === 'GET' || name === 'HEAD')) {
    throw new CommandError(`A page cannot send --data with ${name}. Fix: use --method POST, or omit --data.`);
  }
  const cookies = flags.cookie !== undefined && { cookie: sentCookie(flags.cookie, credentials, pageOrigin, target) };
  const contentType = body !== undefined && !('content-type' in given) && { 'content-type': contentTypeOf(body) };
  return {
    url: target,
    method: name,
    headers: { ...given, ...contentType, ...cookies },
    body,
    origin: pageOrigin,
    credentials,
    status,
    otherPath,
  };
}

/** @throws {CommandError} if a browser sends no cookie with this request */
function sentCookie(
  value: string,
  credentials: PageRequest['credentials'],
  pageOrigin: string | undefined,
  target: URL,
): string {
  if (credentials === 'omit') {
    throw new CommandError('With --credentials omit, a browser sends no cookie. Fix: omit --cookie or --credentials.');
  }
  if (credentials === 'same-origin' && pageOrigin !== undefined && pageOrigin !== target.origin) {
    throw new CommandError(
      `A page of ${pageOrigin} sends no cookie to ${target.origin} with --credentials same-origin, the default of fetch. Fix: add --credentials include if the page has it, or omit --cookie.`,
    );
  }
  return value;
}

function socketOf(request: PageRequest, flags: Flags): SocketPlan | undefined {
  const { websocket, tickets } = flags;
  if (websocket === undefined) {
    const option = (['subprotocol', 'frame', 'greeting', 'tickets'] as const).find((name) => flags[name] !== undefined);
    if (option) {
      throw new CommandError(`--${option} needs a WebSocket. Fix: add --websocket with its URL, or omit --${option}.`);
    }
    return undefined;
  }
  const own = flags.subprotocol === OWN.subprotocol && flags.frame === undefined;
  const { cookie: sent } = request.headers;
  return {
    url: websocket,
    subprotocol: flags.subprotocol ?? '',
    origin: request.origin,
    // Cookies do not depend on the port.
    cookie: websocket.hostname === request.url.hostname ? sent : undefined,
    greeting: flags.greeting ?? (own ? OWN.greeting : undefined),
    frames: own ? [OWN.frame] : (flags.frame ?? []),
    tickets,
  };
}

function loadOf({ load, sockets, messages }: Flags): Plan['load'] {
  if (load) {
    return { sockets: sockets ?? SOCKETS, messages: messages ?? MESSAGES };
  }
  const option = sockets === undefined ? (messages === undefined ? undefined : 'messages') : 'sockets';
  if (option) {
    throw new CommandError(`--${option} belongs to a load. Fix: add --load, or omit --${option}.`);
  }
  return undefined;
}
