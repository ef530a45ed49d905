import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');

/** Words of a private dialect. docs/glossary.md contains the words to use instead. */
const BANNED =
  /\b(mend(s|ed)?|told|tells|heard|nobody|everybody|somebody|whoever|must leave|gets? in|weather|entrances?)\b/i;

/** A docstring begins with a noun phrase or a verb in the third person. */
const CLAUSE = /^(What|Who|Whose|Whom|Where|Whether|How|When|Which)\b/;

const FOLDERS = ['bin', 'client', 'lambda', 'lib', 'service', 'tools', 'test'];

/** Docstrings, other comments and string literals. One pass finds all, so that a quotation mark in a comment starts no string. */
const TOKENS =
  /(?<docstring>\/\*\*[\s\S]*?\*\/)|\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;

interface Place {
  readonly place: string;
  readonly words: string;
}

function tokens(kind: 'docstring' | 'text'): Place[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js|mjs)$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file))
      .map((file) => join(folder, file)),
  ).flatMap((file) => {
    const source = readFileSync(join(PROJECT, file), 'utf8');
    return [...source.matchAll(TOKENS)].flatMap((match) => {
      const words = match.groups?.[kind];
      return words ? { place: `${file}:${source.slice(0, match.index).split('\n').length}`, words } : [];
    });
  });
}

test('docstrings begin with a noun phrase or a verb, not with a relative clause', () => {
  const docstrings = tokens('docstring').map(({ place, words }) => ({
    place,
    words: words.replace(/^\/\*\*[\s*]*/, ''),
  }));
  expect(docstrings.length).toBeGreaterThan(1000);
  expect(docstrings.filter(({ words }) => CLAUSE.test(words)).map(({ place }) => place)).toEqual([]);
});

test('texts for users contain no word of the private dialect', () => {
  const texts = tokens('text').filter(({ place }) => !place.includes('test/'));
  expect(texts.length).toBeGreaterThan(1000);
  expect(texts.filter(({ words }) => BANNED.test(words)).map(({ place, words }) => `${place} ${words}`)).toEqual([]);
});
