import { spawnSync } from 'node:child_process';
import { CommandError } from '../cli';
import { SUBSTITUTED } from './runbook-shell';
import { type RecordedCli, type Synopsis, synopsisOf } from './runbook-synopsis';

/** The AWS CLI of this machine. It sends no request: only help is read, and parameters are checked by the CLI itself. */
export class InstalledCli {
  /** @throws CommandError if there is none */
  static find(environment: NodeJS.ProcessEnv = process.env): InstalledCli {
    const { status, stdout } = runAws(['--version'], environment);
    if (status !== 0) {
      throw new CommandError('No AWS CLI was found. Fix: install it, or run: npx jest test/runbook');
    }
    return new InstalledCli(stdout.split(' ')[0] ?? '', environment);
  }

  private constructor(
    readonly version: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @returns what is recorded of the commands with these names, in alphabetical order. Names without a command are omitted */
  record(names: readonly string[]): RecordedCli {
    const commands: Record<string, Synopsis> = {};
    for (const name of [...new Set(names)].sort()) {
      const synopsis = synopsisOf(runAws([...name.split(' '), 'help'], this.environment).stdout);
      if (synopsis) {
        commands[name] = synopsis;
      }
    }
    return { version: this.version, commands };
  }

  /**
   * Asks the CLI to send the command with sample values to an endpoint that refuses connections. The CLI checks parameters before it
   * connects: their types and structure, but no values of an enumeration.
   *
   * @returns the CLI's error about the parameters; undefined if it has none
   */
  parameterError(words: readonly string[]): string | undefined {
    const sample = words.map((word, at) => (at < 2 || word.startsWith('--') ? word : sampleOf(word, words[at - 1])));
    const { stderr } = runAws([...sample, '--endpoint-url', CLOSED], {
      ...this.environment,
      AWS_ACCESS_KEY_ID: 'sample',
      AWS_SECRET_ACCESS_KEY: 'sample',
      AWS_MAX_ATTEMPTS: '1',
    });
    return stderr.includes(`Could not connect to the endpoint URL: "${CLOSED}`)
      ? undefined
      : `aws ${words.join(' ')}: ${stderr.trim()}`;
  }
}

/** Endpoint without a server. */
const CLOSED = 'http://127.0.0.1:9';

/** Value of a placeholder: a number, which as a text is as long as the shortest that AWS accepts. */
const SAMPLE = '1'.repeat(40);

/** Value of a time, in seconds since 1970. */
const SAMPLE_TIME = '1700000000';

/** Placeholder as a value in the shorthand syntax of a structure: `ThrottlingRateLimit=RATE`. */
const PLACEHOLDER_IN_STRUCTURE = /(?<==)[A-Z][A-Z_]+(?=,|$)/g;

/** @returns the word with a value for its placeholders, substitutions and files. `previous` is the word before it */
function sampleOf(word: string, previous = ''): string {
  if (/^--(start|end)-time$/.test(previous)) {
    return SAMPLE_TIME;
  }
  const isUnknown = /^\$?[A-Z][A-Z_]*$/.test(word) || /^fileb?:/.test(word);
  return isUnknown ? SAMPLE : word.replaceAll(SUBSTITUTED, SAMPLE).replace(PLACEHOLDER_IN_STRUCTURE, SAMPLE);
}

function runAws(words: readonly string[], environment: NodeJS.ProcessEnv) {
  return spawnSync('aws', words, {
    encoding: 'utf8',
    env: { ...environment, AWS_DEFAULT_REGION: 'us-east-1', MANPAGER: 'cat', PAGER: 'cat' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
