import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DEPLOY, WORKFLOWS } from './workflows';

const LINTER = join(__dirname, '../support/actionlint.js');

/** @returns the messages of actionlint about each workflow. It knows the syntax, the contexts and the machines, and no pinned action */
function messagesAbout(workflows: readonly { text: string; path: string }[]): string[][] {
  const { stdout, stderr } = spawnSync(process.execPath, [LINTER], {
    encoding: 'utf8',
    input: JSON.stringify(workflows.map(({ text, path }) => ({ text, path }))),
  });
  if (!stdout) {
    throw new Error(`The linter failed: ${stderr}`);
  }
  const found: { line: number; message: string }[][] = JSON.parse(stdout);
  return found.map((messages) => messages.map(({ line, message }) => `${line}: ${message}`));
}

test('actionlint finds nothing in the workflows', () => {
  expect(messagesAbout(WORKFLOWS)).toEqual(WORKFLOWS.map(() => []));
});

test('actionlint finds a mistake in a copy of the workflow', () => {
  const mistakes = [
    ['vars.AWS_DIFF_ROLE', 'var.AWS_DIFF_ROLE', 'undefined variable "var"'],
    ['github.event_name', 'github.event_nam', 'property "event_nam" is not defined'],
    ['needs: test', 'needs: tests', 'which does not exist in this workflow'],
    ['id-token: write', 'id-tokens: write', 'unknown permission scope "id-tokens"'],
    ['ubuntu-24.04-arm', 'ubuntu-24.04-arm65', 'label "ubuntu-24.04-arm65" is unknown'],
    ['timeout-minutes', 'timeout-minuts', 'unexpected key "timeout-minuts"'],
  ] as const;
  const copies = mistakes.map(([text, by]) => ({ path: DEPLOY.path, text: DEPLOY.text.replace(text, by) }));
  expect(messagesAbout(copies)).toEqual(mistakes.map(([, , message]) => [expect.stringContaining(message)]));
});
