import { UserError } from '../user-error';

/** The first of the errors that esbuild lists: `lambda/a.ts:166:51: ERROR: Unexpected ";"`. */
const ESBUILD = /^\S+:\d+:\d+: ERROR: .*$/m;

/** swc's error, and the location in its code frame: `,-[/app/lib/a.ts:16:1]`. */
const SWC = /^Error: +x (.*)\n *,-\[(.+)\]$/m;

/**
 * @param output - the output of `cdk synth`
 * @returns the error: for a syntax error its location; otherwise the whole output, and in one line its first line about an
 *   error
 */
export function synthesisFailure(output: string): UserError {
  const [, message, place] = SWC.exec(output) ?? [];
  const unparsed = ESBUILD.exec(output)?.[0] ?? (place && `${place}: ${message}`);
  if (unparsed) {
    return new UserError(`The app could not be synthesized: ${unparsed}`);
  }
  const [first = 'it printed nothing'] = /^.*error.*$/im.exec(output) ?? /^.+$/m.exec(output) ?? [];
  return new UserError(
    `The app could not be synthesized:\n${output}`,
    `The app could not be synthesized: ${first.trim()}`,
  );
}
