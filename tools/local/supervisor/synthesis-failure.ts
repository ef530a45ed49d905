import { UserError } from '../user-error';

/** The first of the errors that esbuild lists: `lambda/a.ts:166:51: ERROR: Unexpected ";"`. */
const ESBUILD = /^\S+:\d+:\d+: ERROR: .*$/m;

/** swc's error, and the place in the frame that it draws: `,-[/app/lib/a.ts:16:1]`. */
const SWC = /^Error: +x (.*)\n *,-\[(.+)\]$/m;

/**
 * @param output - what `cdk synth` printed
 * @returns the sentence to refuse with: where a source does not parse, that place; else all that the app said, and its first
 *   line about an error where there is room for one line only.
 */
export function synthesisFailure(output: string): UserError {
  const [, message, place] = SWC.exec(output) ?? [];
  const unparsed = ESBUILD.exec(output)?.[0] ?? (place && `${place}: ${message}`);
  if (unparsed) {
    return new UserError(`The app could not be synthesized: ${unparsed}`);
  }
  const [first = 'it said nothing'] = /^.*error.*$/im.exec(output) ?? /^.+$/m.exec(output) ?? [];
  return new UserError(
    `The app could not be synthesized:\n${output}`,
    `The app could not be synthesized: ${first.trim()}`,
  );
}
