/** One thing that is wrong with the settings. */
export interface Problem {
  /** Where: `twinlane.dev.hosts.api`, or `stage` for `-c stage=…`. */
  readonly path: string;
  /** What is there; undefined if nothing is. */
  readonly value: unknown;
  /** What must hold, as the rest of a sentence that starts with the path: `must be in the hosted zone example.com`. */
  readonly rule: string;
  /** What to do about it: `write "api.example.com"`. */
  readonly mend: string;
}

/** Longer values are cut: 80 characters fit a terminal's line beside their label. */
const LONGEST_VALUE = 80;

/** @returns the problems as a person reads them: a heading, then four lines for each. */
export function formatProblems(problems: readonly Problem[]): string {
  const heading = `The settings in cdk.json have ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}:`;
  const entries = problems.map(({ path, value, rule, mend }) =>
    [`  ${ascii(path)}`, `    value: ${shown(value)}`, `    rule:  ${ascii(rule)}`, `    mend:  ${ascii(mend)}`].join(
      '\n',
    ),
  );
  return [heading, ...entries].join('\n\n');
}

function shown(value: unknown): string {
  if (value === undefined) return '(missing)';
  const text = ascii(JSON.stringify(value));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** Escapes all but printable ASCII, so that a look-alike letter shows and nothing can steer the terminal. */
function ascii(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
