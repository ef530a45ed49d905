import { InvalidArgumentError, Option } from 'commander';
import { CommandError, commandNamed, parseArguments, type Terminal } from '../../cli';

/** Parsed arguments of the command. */
export interface Options {
  readonly app: FoundApp | GivenApp;
  readonly print: 'text' | 'json';
}

/** An app of `npm start`, which is found by its first port. */
interface FoundApp {
  readonly firstPort: number;
}

/** An app with known URLs. */
export interface GivenApp {
  readonly httpUrl: string;
  readonly webSocketUrl: string;
  /** Endpoint that issues a token for each subject. @default - requests have no token */
  readonly tokenUrl?: string;
}

/** Default of `npm start`. */
const FIRST_PORT = 4510;

const EPILOGUE = `
Runs the code of the deployed canary once. Without URLs, it finds the app of npm start by the configuration of its page. It signs
in as the subject canary of the tenant canary, and publishes two messages. A run takes at most a minute. Ctrl-C ends it.

Checks:
  sign-in         gets a token
  HTTP lane       requests on a new connection, requests beside open sockets, a ticket, a publish
  WebSocket lane  a handshake, then a ping and its answer
  delivery        two messages published over HTTP arrive at a subscribed socket: one by its hint, one by the stream
A check is not tried if an earlier one that it needs failed.

To see a lane that is cut, stop its process while npm start runs (Linux), run this command, and let it continue. If several apps
run, the kill commands below stop that process of each of them. A process that is killed starts again:
  kill -STOP $(pgrep -f local/http/process.ts)
  npm run canary:local
  kill -CONT $(pgrep -f local/http/process.ts)
The processes are local/http for the HTTP lane, local/websocket for the WebSocket lane, and local/events for the functions that
deliver messages.

Exit codes:
  0  every check passed
  1  at least one check failed
  2  the command could not run: invalid arguments, or no app runs

Examples:
  npm run canary:local
  npm run canary:local --silent -- --json
  npm run canary:local -- --port 5510
  npm run canary:local -- --http http://localhost:4510 --websocket ws://localhost:4511 \\
    --token http://127.0.0.1:4512/us-east-1_12345678a/token
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 * @throws {CommandError} if options that belong together are incomplete
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const urls = ['http', 'websocket', 'token'];
  const command = commandNamed('npm run canary:local --')
    .description('Checks both lanes of a running app as a client, and measures them.')
    .addOption(
      new Option('--port <base>', 'first port of npm start').argParser(port).default(FIRST_PORT).conflicts(urls),
    )
    .option('--http <url>', 'URL of the HTTP lane: http://localhost:4510', url('http:', 'https:'))
    .option('--websocket <url>', 'URL of the WebSocket lane: ws://localhost:4511', url('ws:', 'wss:'))
    .option('--token <url>', 'endpoint for tokens, without its query, as npm start prints it', url('http:', 'https:'))
    .option('--json', 'print one JSON object: target, checks, measurements')
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const flags = command.opts<Flags>();
  return { app: appOf(flags), print: flags.json ? 'json' : 'text' };
}

interface Flags {
  readonly port: number;
  readonly http?: string;
  readonly websocket?: string;
  readonly token?: string;
  readonly json?: true;
}

function appOf({ port: firstPort, http, websocket, token }: Flags): Options['app'] {
  if (http === undefined && websocket === undefined && token === undefined) {
    return { firstPort };
  }
  if (http === undefined || websocket === undefined) {
    throw new CommandError(
      `--http and --websocket belong together, got no --${http === undefined ? 'http' : 'websocket'}. Fix: pass both URLs, or neither to find the app of npm start.`,
    );
  }
  return { httpUrl: http, webSocketUrl: websocket, ...(token !== undefined && { tokenUrl: token }) };
}

function url(...schemes: string[]) {
  return (text: string): string => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol) || /[?#]/.test(text)) {
      throw new InvalidArgumentError(
        `Fix: use a URL without a query and a fragment that begins with ${schemes.join('// or ')}//.`,
      );
    }
    return text.replace(/\/$/, '');
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_000) {
    throw new InvalidArgumentError('Fix: use a whole number from 1 to 65000.');
  }
  return number;
}
