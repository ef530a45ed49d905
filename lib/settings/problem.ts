/** One mistake in the settings. */
export interface Problem {
  /** Path of the setting: `twinlane.dev.hosts.http`, or `stage` for `-c stage=…`. */
  readonly path: string;
  /** The value received. `undefined` if there is none, or if it does not matter. */
  readonly value: unknown;
  /** The rest of a sentence that begins with the path: `must be in the hosted zone example.com`. */
  readonly rule: string;
  /** One action, as an imperative: `use "api.example.com"`. */
  readonly fix: string;
}

/** Maximum length of a value; longer ones are truncated. 80 characters fit on a line of a terminal. */
const LONGEST_VALUE = 80;

/** @returns a heading, then two lines for each problem: the problem with the value received, and the fix */
export function formatProblems(problems: readonly Problem[]): string {
  const heading = `The settings in cdk.json have ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}:`;
  const entries = problems.map(({ path, value, rule, fix }) => {
    const received = value === undefined ? '' : `, got ${shown(value)}`;
    return `  ${ascii(path)} ${ascii(rule)}${received}.\n  Fix: ${ascii(fix)}.`;
  });
  return [heading, ...entries].join('\n\n');
}

function shown(value: unknown): string {
  const text = ascii(JSON.stringify(value));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** Escapes all characters except printable ASCII, so that look-alike letters are visible and nothing controls the terminal. */
function ascii(text: string): string {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
