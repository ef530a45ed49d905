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

test('a source file with an error of type is reported in one line with its location', () => {
  const { message } = synthesisFailure(`/app/node_modules/ts-node/src/index.ts:859
    return new TSError(diagnosticText, diagnosticCodes, diagnostics);
           ^
TSError: ⨯ Unable to compile TypeScript:
lib/app-stack.ts:12:5 - error TS2304: Cannot find name 'nothing'.

12     nothing();
    at createTSError (/app/node_modules/ts-node/src/index.ts:859:12)`);
  expect(message).toBe(
    "The app could not be synthesized: lib/app-stack.ts:12:5 - error TS2304: Cannot find name 'nothing'.",
  );
});

test('an error that the app throws is reported without frames of Node.js, and in one line with the line of the app', () => {
  const { message, inOneLine } = synthesisFailure(`/app/node_modules/tool/index.js:7
    throw error;
    ^

ReferenceError: nothing is not defined
    at run (/app/node_modules/tool/index.js:7:1)
    at Object.<anonymous> (/app/lib/my stack.js:12:3)
    at Module._compile (node:internal/modules/cjs/loader:1521:14)

Node.js v20.20.2`);
  expect(message).not.toMatch(/node:internal/);
  expect(message).toMatch(/my stack\.js:12:3/);
  expect(inOneLine).toBe(
    'The app could not be synthesized: ReferenceError: nothing is not defined (/app/lib/my stack.js:12)',
  );
});

test('a syntax error of an app in JavaScript is reported in one line with its location', () => {
  const { inOneLine } = synthesisFailure(`/app/app.js:6
const app === new App();
          ^^^

SyntaxError: Missing initializer in const declaration
    at wrapSafe (node:internal/modules/cjs/loader:1464:18)`);
  expect(inOneLine).toBe(
    'The app could not be synthesized: SyntaxError: Missing initializer in const declaration (/app/app.js:6)',
  );
});

test('an error of the CDK is reported without the minified code of the CDK, and in one line with the line of the app', () => {
  const { message, inOneLine } = synthesisFailure(`/app/node_modules/aws-cdk-lib/core/lib/asset-staging.js:1
"use strict";${'var error=1;'.repeat(100)}

«CannotFindAsset» Cannot find asset at /app/echo
    ...new Function2 in aws-cdk-lib...
    at <anonymous> (/app/app.js:8:14)`);
  expect(message).not.toMatch(/use strict/);
  expect(inOneLine).toBe(
    'The app could not be synthesized: «CannotFindAsset» Cannot find asset at /app/echo (/app/app.js:8)',
  );
});

test('a folder without an app is named', () => {
  const { message } = synthesisFailure('--app is required either in command-line, in cdk.json or in ~/.cdk.json');
  expect(message).toBe(
    `There is no CDK app in ${process.cwd()}: no cdk.json there has an "app". Fix: run the command in the folder of the app, or pass a cloud assembly with --app.`,
  );
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
