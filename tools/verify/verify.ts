import { ask } from './ask';
import { connect } from './aws';
import { findings } from './check';
import { understand } from './deployment';
import { type Options, parse } from './options';
import { policy } from './policy';
import { notAsked, promises, questionsOf } from './promises';
import { isAwsQuestion, type Outcome, type Question } from './question';
import { exitCode, report } from './report';
import { outputsInFile, outputsOfStack, type StackOutputs } from './stack-outputs';
import { table } from './table';
import { CommandError, exitCodeOf, lookOf, progressLine, type Terminal } from '../cli';

/** Runs the command: prints to the terminal and resolves to the exit code (see {@link exitCode}). */
export function verify(args: readonly string[], terminal: Terminal, now: Date): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now), terminal);
}

async function run({ source, print }: Options, { stdout, stderr }: Terminal, now: Date): Promise<number> {
  const deployment = understand(await outputs(source));
  const { stack, partition, region, account } = deployment;
  const groups = promises(deployment, connect(region), now);
  const questions = questionsOf(groups);
  if (print === 'policy') {
    const outputsQuestion = {
      action: 'cloudformation:DescribeStacks',
      arn: `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/*`,
    };
    stdout.write(json(policy([outputsQuestion, ...[...questions].filter(isAwsQuestion)])));
    return 0;
  }
  const line = progressLine(stderr);
  const outcomes = await ask(questions, (settled) => line.show(`Asked ${settled} of ${questions.size} questions`));
  line.clear();
  refuseIfAwsAnswersNothing(outcomes);
  const result = report({ stack, region }, now, findings(groups, outcomes), notAsked(deployment));
  stdout.write(print === 'json' ? json(result) : table(result, lookOf(stdout)));
  return exitCode(result);
}

function outputs(source: Options['source']): StackOutputs | Promise<StackOutputs> {
  return 'file' in source
    ? outputsInFile(source.file, source.stack)
    : outputsOfStack(connect(source.region).cloudFormation, source.stack);
}

/** A table that says the same of nearly every promise, such as that there are no credentials, is one sentence instead. */
function refuseIfAwsAnswersNothing(outcomes: ReadonlyMap<Question, Outcome>): void {
  const ofAws = [...outcomes].filter(([question]) => isAwsQuestion(question));
  const [reason, ...others] = new Set(
    ofAws.map(([, outcome]) => ('unanswered' in outcome ? outcome.unanswered : undefined)),
  );
  if (reason !== undefined && others.length === 0) {
    throw new CommandError(`Nothing could be verified: ${reason}`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
