/** Options of every command, in version 1 and 2 of the AWS CLI. Documents use no others. */
const GLOBAL = ['--endpoint-url <value>', '[--no-paginate]', '--output <value>', '--query <value>', '--region <value>'];

/** Options of every command which are not recorded. */
const RECORDED_UNTIL = '[--cli-input-json';

/**
 * Arguments of a command as in its help, one for each entry: `--source-arn <value>`, `[--enabled | --no-enabled]`, `<outfile>`. Those
 * in brackets are optional.
 */
export type Synopsis = readonly string[];

/** Commands of the documents as they were recorded from an AWS CLI. */
export interface RecordedCli {
  /** As `aws --version` names it, without the platform: `aws-cli/1.45.11`. */
  readonly version: string;

  /** Synopsis of a command by its name: `sqs start-message-move-task`. */
  readonly commands: Readonly<Record<string, Synopsis>>;
}

/**
 * Reads the synopsis in the output of `aws … help`, without the options of every command.
 *
 * @returns undefined if the output has none: the command does not exist
 */
export function synopsisOf(help: string): Synopsis | undefined {
  // Bold characters are printed as themselves, a backspace, and themselves.
  // oxlint-disable-next-line no-control-regex
  const plain = help.replace(/.\u0008/g, '');
  const [, section] = /^SYNOPSIS\n(.*?)^\S/ms.exec(plain) ?? [];
  if (section === undefined) {
    return undefined;
  }
  const words = section.trim().replace(/\s+/g, ' ').split(RECORDED_UNTIL)[0] ?? '';
  return words.match(/\[[^\]]+\]|--\S+(?: \| --\S+)?(?: <\w+>)?|<\w+>/g) ?? [];
}

/** Option or positional argument of a command. */
interface Argument {
  /** `--enabled` and `--no-enabled`; empty for a positional argument. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly required: boolean;
  readonly text: string;
}

function argumentOf(text: string): Argument {
  const names = text.match(/--[\w-]+/g) ?? [];
  return { names, takesValue: /<\w+>/.test(text), required: !text.startsWith('['), text };
}

/** @returns the name of a command, such as `sqs start-message-move-task`, for its words without `aws` */
export function nameOf(words: readonly string[]): string {
  return words.slice(0, 2).join(' ');
}

/** @returns the problems of a command that a document contains, each with the command. Options must not be abbreviated */
export function problemsOf(words: readonly string[], synopsis: Synopsis | undefined): string[] {
  const command = `aws ${words.join(' ')}`;
  if (!synopsis) {
    return [`${command}: no command of this name`];
  }
  const own = synopsis.map(argumentOf);
  const accepted = [...own, ...GLOBAL.map(argumentOf)];
  const used = new Set<Argument>();
  const problems: string[] = [];
  let positional = own.filter(({ names }) => names.length === 0);
  for (let at = 2; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('--')) {
      const [argument, ...others] = positional;
      if (argument) {
        used.add(argument);
        positional = others;
      } else {
        problems.push(`${command}: unexpected argument ${word}`);
      }
      continue;
    }
    const argument = accepted.find(({ names }) => names.includes(word));
    if (!argument) {
      problems.push(`${command}: unknown option ${word}`);
      continue;
    }
    used.add(argument);
    if (argument.takesValue) {
      const values = words.slice(at + 1).findIndex((value) => value.startsWith('--'));
      const last = values < 0 ? words.length - 1 : at + values;
      // A positional argument can be the last word.
      const end = last < words.length - 1 ? last : Math.max(Math.min(last, at + 1), last - positional.length);
      if (end <= at) {
        problems.push(`${command}: ${word} needs a value`);
      }
      at = Math.max(at, end);
    }
  }
  const missing = own.filter((argument) => argument.required && !used.has(argument));
  return [...problems, ...missing.map(({ text }) => `${command}: ${text} is missing`)];
}
