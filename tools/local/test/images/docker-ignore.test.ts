import { parseDockerIgnore } from '../../images/docker-ignore';

test.each([
  ['node_modules', 'node_modules/a/b.js', true],
  ['node_modules', 'packages/node_modules', false],
  ['**/node_modules', 'packages/one/node_modules/a.js', true],
  ['**/node_modules', 'node_modules', true],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/README.md', false],
  ['/dist/', 'dist/a.js', true],
  ['.env*', '.env.local', true],
  ['temp?', 'temp1', true],
  ['temp?', 'temp', false],
  ['# comment', '# comment', false],
  ['**\n!src', 'src/a.js', false],
  ['**\n!src', 'other', true],
  ['docs\n!docs/README.md', 'docs/README.md', false],
  ['docs\n!docs/README.md\ndocs', 'docs/README.md', true],
  ['a.b', 'axb', false],
])('with the patterns %j, %s is ignored: %s', (text, path, expected) => {
  expect(parseDockerIgnore(text).has(path)).toBe(expected);
});
