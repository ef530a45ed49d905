import { oneLine } from '../../functions/outcome';

const { payloadOf, runtimeError } = require('../../functions/runtime-error');

test('an error of a function is printed with the first line of its code', () => {
  const error = Object.assign(new Error('no such order'), {
    stack: 'Error: no such order\n    at find (/app/index.js:3:9)\n    at handler (/app/index.js:9:1)',
  });
  expect(oneLine(payloadOf(error))).toBe('Error: no such order, at find (/app/index.js:3:9)');
});

test('a syntax error of a function is printed with its file and line', () => {
  const cause = Object.assign(new SyntaxError('Unexpected identifier'), {
    stack:
      '/app/index.js:3\nconst a b;\n        ^\n\nSyntaxError: Unexpected identifier\n    at wrapSafe (node:internal)',
  });
  expect(oneLine(payloadOf(runtimeError('UserCodeSyntaxError', String(cause), cause)))).toBe(
    'Runtime.UserCodeSyntaxError: SyntaxError: Unexpected identifier, at /app/index.js:3',
  );
});
