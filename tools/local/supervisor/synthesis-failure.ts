import { UserError } from '../user-error';

/** The first of the errors that esbuild lists: `lambda/a.ts:166:51: ERROR: Unexpected ";"`. */
const ESBUILD = /^\S+:\d+:\d+: ERROR: .*$/m;

/** swc's error, and the location in its code frame: `,-[/app/lib/a.ts:16:1]`. */
const SWC = /^Error: +x (.*)\n *,-\[(.+)\]$/m;

/** An error of TypeScript, as `ts-node` prints it: `lib/app.ts:3:7 - error TS2304: Cannot find name 'x'.` */
const TYPESCRIPT = /^\S+\.[cm]?tsx?[:(]\d+[:,]\d+\)?:? (?:- )?error TS\d+: .*$/m;

/** The line of an error of Node.js or of the CDK: `TypeError: text`, `«CannotFindAsset» text`. */
const ERROR = /^(?:\w*Error\b.*|«\w+».*)$/m;

/** A frame of a stack, and its location without the column. */
const FRAME = /^ +at (?:.* \()?(?:file:\/\/)?(\/.+:\d+):\d+\)?$/gm;

/** The location with which Node.js begins the output of a syntax error. */
const START = /^(\/.+:\d+)\n/;

/** Characters of a line that somebody reads. Longer ones are minified code. */
const LONGEST_LINE = 500;

/**
 * @param output - the output of `cdk synth`
 * @returns the error: for a syntax error its location; otherwise the output without minified code and frames of Node.js, and in one line its
 *   first error with the first location in the app's own files
 */
export function synthesisFailure(output: string): UserError {
  if (output.includes('--app is required')) {
    return noApp();
  }
  const [, message, place] = SWC.exec(output) ?? [];
  const unparsed = (ESBUILD.exec(output) ?? TYPESCRIPT.exec(output))?.[0] ?? (place && `${place}: ${message}`);
  if (unparsed) {
    return new UserError(`The app could not be synthesized: ${unparsed}`);
  }
  const lines = readable(output);
  const [first = 'it printed nothing'] = ERROR.exec(lines) ?? /^.*error.*$/im.exec(lines) ?? /^.+$/m.exec(lines) ?? [];
  const locations = [...lines.matchAll(FRAME), START.exec(lines) ?? []].map(([, location]) => location);
  const own = locations.find((location) => location && !location.includes('node_modules'));
  return new UserError(
    `The app could not be synthesized:\n${lines}`,
    `The app could not be synthesized: ${first.trim()}${own ? ` (${own})` : ''}`,
  );
}

/** @returns the error for a folder without an app */
export function noApp(): UserError {
  return new UserError(
    `There is no CDK app in ${process.cwd()}: no cdk.json there has an "app". Fix: run the command in the folder of the app, or pass a cloud assembly with --app.`,
  );
}

function readable(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.length <= LONGEST_LINE && !/^ +at .*\bnode:/.test(line))
    .join('\n')
    .trim();
}
