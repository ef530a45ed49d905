import { synthesisFailure } from '../../supervisor/synthesis-failure';

test('a source file that esbuild cannot parse is reported in one line with its location', () => {
  const { message, inOneLine } = synthesisFailure(`/app/node_modules/esbuild/lib/main.js:2440
      throw reject;

Error: Build failed with 2 errors:
lambda/protocol.ts:166:51: ERROR: Unexpected ";"
service/app.ts:99:20: ERROR: Expected ";" but found "{"
    at failureErrorWithLog (/app/node_modules/esbuild/lib/main.js:1752:15)`);
  expect(message).toBe('The app could not be synthesized: lambda/protocol.ts:166:51: ERROR: Unexpected ";"');
  expect(inOneLine).toBe(message);
});

test('a source file that swc cannot parse is reported in one line with its location', () => {
  const { message } = synthesisFailure(`Error:   x Unexpected token \`{\`
    ,-[/app/lib/stack.ts:16:1]
 16 | class Stack {{
    \`----`);
  expect(message).toBe('The app could not be synthesized: /app/lib/stack.ts:16:1: Unexpected token `{`');
});

test('other output of a failed app is reported in full, and in one line by its first error', () => {
  const output = 'warning: old\nsettings.dev has 2 errors:\n- region is missing\n- zone is missing';
  const { message, inOneLine } = synthesisFailure(output);
  expect(message).toBe(`The app could not be synthesized:\n${output}`);
  expect(inOneLine).toBe('The app could not be synthesized: settings.dev has 2 errors:');
});

test('an app that fails without output is reported', () => {
  expect(synthesisFailure('').inOneLine).toBe('The app could not be synthesized: it printed nothing');
});
