import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { testApp } from '../lib/synthesized';

/** A rule and a construct that it concerns. */
export interface Finding {
  readonly rule: string;
  /** Path of the construct in the app. */
  readonly construct: string;
  /** Reason for not following the rule. Only for acknowledged findings. */
  readonly reason?: string;
}

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/** Synthesizes an app with `plugins`. @returns the findings that break a rule and those that constructs acknowledge */
export function validated(
  build: (app: App) => void,
  ...plugins: readonly IPolicyValidationPlugin[]
): { broken: Finding[]; acknowledged: Finding[] } {
  const app = testApp();
  build(app);
  Validations.of(app).addPlugins(...plugins);
  const report = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
  } catch (error) {
    if (!(error as Error).message.includes('validation-report.json')) {
      throw error;
    }
  } finally {
    report.mockRestore();
  }
  const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  const all = (key: string): Finding[] =>
    pluginReports
      .flatMap((plugin: Record<string, Violation[]>) => plugin[key] ?? [])
      .flatMap(({ ruleName, reason, violatingConstructs }: Violation) =>
        violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, construct: constructPath, reason })),
      );
  return { broken: all('violations'), acknowledged: all('suppressedViolations') };
}
