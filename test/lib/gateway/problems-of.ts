import { Stack } from 'aws-cdk-lib';
import { testApp } from '../synthesized';

/** @returns the problems that synthesis reports, one each. None if it succeeds */
export function problemsOf(build: (stack: Stack) => void, region: string | undefined = 'us-east-1'): string[] {
  const app = testApp();
  build(new Stack(app, 'Test', { env: { region } }));
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}
