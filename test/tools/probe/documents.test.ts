import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAUSES } from '../../../tools/probe/diagnosis/cause';
import { parse } from '../../../tools/probe/options';
import { recordingTerminal } from '../recording-terminal';

const DOCS = resolve(__dirname, '../../../docs');

function read(name: string): string {
  return readFileSync(join(DOCS, name), 'utf8');
}

/** Values for the words that stand for the reader's own. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  URL: 'https://api.example.com/items',
  PAGE: 'https://app.example.com/',
  ORIGIN: 'https://app.example.com',
  WS: 'wss://api.example.com/ws',
};

/** Arguments of all commands in a document. */
function commands(name: string): string[][] {
  return [...read(name).matchAll(/npm run probe -- ([^`\n]+)/g)].map(([, line = '']) =>
    [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? PLACEHOLDERS[word] ?? word),
  );
}

test('the reference of the command lists all causes in their order', () => {
  const listed = [...read('probe.md').matchAll(/^\| `([a-z-]+)`/gm)].map(([, id]) => id);
  expect(listed).toEqual([...CAUSES]);
});

test.each(['first-request.md', 'probe.md'])('the command accepts each example of docs/%s', (name) => {
  const examples = commands(name).filter(([first]) => first !== 'restart' && first !== '--help' && first !== '<url>');
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(() => parse(example, recordingTerminal())).not.toThrow();
  }
});
