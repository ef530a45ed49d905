import type { CanaryReport, CanaryTarget, SignIn } from '../../../lambda/canary/canary';
import { plainUrl } from '../../../lambda/canary/check-failure';
import { exitCodeOf, lookOf, progressLine, type Terminal } from '../../cli';
import { parse } from './options';
import { runningApp } from './running-app';
import { signInAt, withoutToken } from './sign-in';
import { text } from './text';

/** Runs the command. Prints to the terminal. @returns the exit code: 0 if every check passed, 1 if one failed, 2 without a run */
export function command(
  args: readonly string[],
  terminal: Terminal,
  run: (target: CanaryTarget, signIn: SignIn) => Promise<CanaryReport>,
): Promise<number> {
  return exitCodeOf(async () => {
    const { app, print } = parse(args, terminal);
    const { tokenUrl, ...target } = 'firstPort' in app ? await runningApp(app.firstPort) : app;
    const signIn =
      tokenUrl === undefined && !('firstPort' in app) ? withoutToken(target.webSocketUrl) : signInAt(tokenUrl);
    const report = await withProgress(terminal, () => run(target, signIn));
    const shown = { httpUrl: plainUrl(target.httpUrl), webSocketUrl: plainUrl(target.webSocketUrl) };
    terminal.stdout.write(
      print === 'json'
        ? `${JSON.stringify({ target: shown, ...report }, null, 2)}\n`
        : text(shown, report, lookOf(terminal.stdout)),
    );
    return Object.values(report.checks).every(({ outcome }) => outcome === 'passed') ? 0 : 1;
  }, terminal);
}

/** Shows the seconds of a run. The canary itself reports only its result. */
async function withProgress<Result>({ stderr }: Terminal, run: () => Promise<Result>): Promise<Result> {
  const line = progressLine(stderr);
  let seconds = 0;
  const show = () => line.show(`Checking both lanes, ${seconds++} s (at most 60 s)`);
  show();
  const timer = setInterval(show, 1000);
  try {
    return await run();
  } finally {
    clearInterval(timer);
    line.clear();
  }
}
