import { shellWord } from '../diagnosis/shell-word';

/**
 * Finds options that npm took for its own: it sets `npm_config_NAME` for them.
 *
 * @param names names of this command's options, without `--`
 * @returns one line for the user, or undefined if npm took none
 */
export function takenByNpm(
  args: readonly string[],
  names: readonly { readonly name: string; readonly valued: boolean }[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment['npm_lifecycle_event'] !== 'probe') {
    return undefined;
  }
  const taken = names.filter(({ name }) => {
    const value = environment[`npm_config_${name.replaceAll('-', '_')}`];
    return value !== undefined && value !== '' && !args.includes(`--${name}`);
  });
  if (taken.length === 0) {
    return undefined;
  }
  const list = taken.map(({ name }) => `--${name}`).join(', ');
  const right = taken.map(({ name, valued }) => `--${name}${valued ? ' ...' : ''}`).join(' ');
  const url = args.find((arg) => /^https?:/.test(arg)) ?? '<url>';
  return `npm took ${list} for itself, because -- is missing. Fix: use npm run probe -- ${shellWord(url)} ${right}`;
}
