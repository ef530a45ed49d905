/**
 * `npm run check:runbook`: checks the `aws` commands of all documents against the AWS CLI of this machine. `--update` records their
 * synopses in test/aws-cli.json, with which `npx jest test/runbook` compares the documents where no CLI is installed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { DOCUMENTS } from '../../test/support/documents';
import { commandNamed, exitCodeOf, parseArguments, runAsProcess } from '../cli';
import { InstalledCli } from './runbook-installed';
import { awsCommandsOf } from './runbook-shell';
import { nameOf, problemsOf } from './runbook-synopsis';

const PROJECT = resolve(__dirname, '../..');

const RECORD = join(PROJECT, 'test/aws-cli.json');

/** Checks all documents. @returns the exit code */
async function check(update: boolean): Promise<number> {
  const cli = InstalledCli.find();
  const commands = DOCUMENTS.flatMap((document) => awsCommandsOf(readFileSync(join(PROJECT, document), 'utf8')));
  const record = cli.record(commands.map(nameOf));
  const problems = commands.flatMap((words) => {
    const found = problemsOf(words, record.commands[nameOf(words)]);
    return found.length > 0 ? found : (cli.parameterError(words) ?? []);
  });
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    return 1;
  }
  if (update) {
    writeFileSync(RECORD, await format(JSON.stringify(record), { parser: 'json', printWidth: 120 }));
  }
  console.log(`${commands.length} commands are accepted by ${cli.version}.`);
  return 0;
}

void runAsProcess(() =>
  exitCodeOf(() => {
    const command = commandNamed('npm run check:runbook --')
      .description(
        "Checks the aws commands of the documents: their options against the installed AWS CLI's help, and their parameters by the CLI. Sends no request.",
      )
      .option('--update', 'also record the synopses in test/aws-cli.json', false);
    parseArguments(command, process.argv.slice(2), process);
    return check(command.opts().update);
  }, process),
);
