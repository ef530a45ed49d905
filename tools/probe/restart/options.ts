import { CommandError, commandNamed, parseArguments, type Terminal } from '../../cli';
import { optionsOf, parse as parseRequest } from '../options';
import { takenByNpm } from '../options/npm';
import { number } from '../options/values';
import type { Plan } from '../plan';
import { EPILOGUE } from './help';

/** Parsed arguments of the command. */
export interface RestartOptions {
  readonly plan: Plan;
  readonly print: 'text' | 'json';
  /** Command that starts the server. Without it, the user restarts it. */
  readonly start?: string;
  /** Milliseconds from the moment at which a server that the command started listens to the first request. */
  readonly settling: number;
}

/** Default of `--settle` in seconds. Some servers listen before their app is loaded, as gunicorn does. */
const SETTLING = 2;

/** Options of the other command that have no meaning for the first request of a process. */
const WITHOUT_MEANING = ['other', 'rounds', 'rest', 'load', 'sockets', 'messages', 'html'];

/**
 * Parses the arguments after the word `restart`: `--start`, and the options of the request.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 * @throws {CommandError} if options contradict each other, or have no meaning here
 */
export function parse(
  args: readonly string[],
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RestartOptions {
  const command = commandNamed('npm run probe -- restart')
    .description('Guides three restarts of your server, and finds out what the first request of a new process costs.')
    .usage('<url> [options]')
    .option('--start <command>', 'command that starts the server in the foreground; without it, you restart it')
    .option(
      '--settle <seconds>',
      'with --start: time between listening and the first request, in which the app is loaded',
      number(0, 600),
      SETTLING,
    )
    // They belong to the request, and are parsed as those of the other command.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', EPILOGUE);
  const taken = takenByNpm(args, [...optionsOf(command), ...optionsOf()], environment);
  if (taken !== undefined) {
    throw new CommandError(taken.replace('npm run probe -- ', 'npm run probe -- restart '));
  }
  parseArguments(command, args, terminal);
  const without = command.args.find((arg) => WITHOUT_MEANING.includes(arg.replace(/^--|=.*$/g, '')));
  if (without?.startsWith('--')) {
    throw new CommandError(
      `${without} has no meaning for the first request of a process. Fix: omit it, or omit restart: npm run probe -- <url> ${without}`,
    );
  }
  const { start, settle } = command.opts<{ readonly start?: string; readonly settle: number }>();
  if (start?.trim() === '') {
    throw new CommandError("--start is empty. Fix: pass the command that starts your server: --start 'npm start'");
  }
  const { plan, print } = parseRequest(command.args, terminal, {});
  return { plan, print, settling: settle * 1000, ...(start !== undefined && { start }) };
}
