import type { Outcome, Question } from './question';

/** What a judge says of AWS's answers: whether the promise is kept, and what it saw. */
export interface Judgement {
  readonly kept: boolean;
  /** What runs, for a person; compared to the promise's own words where it is broken. */
  readonly found: string;
}

/** Values as AWS spells them, in one line: `active, dualstack, not set`. */
export function facts(...values: (string | undefined)[]): string {
  return values.map((value) => value ?? 'not set').join(', ');
}

/** One promise, the questions that settle it, and the pure judge of their answers. */
export interface Check {
  /** One sentence, true of a deployment as it should be. */
  readonly promise: string;
  readonly questions: readonly Question[];
  /** Takes the answers in the order of the questions. */
  readonly judge: (answers: readonly unknown[]) => Judgement;
}

type Answers<Questions> = { [K in keyof Questions]: Questions[K] extends Question<infer Answer> ? Answer : never };

/** Makes a check whose judge takes each question's answer with its own type. */
export function check<const Questions extends readonly Question[]>(
  promise: string,
  questions: Questions,
  judge: (...answers: Answers<Questions>) => Judgement,
): Check {
  return { promise, questions, judge: (answers) => judge(...(answers as Answers<Questions>)) };
}

/** Checks under one heading: a lane, or a service that both lanes use. */
export interface Group {
  readonly name: string;
  readonly checks: readonly Check[];
}

/**
 * - `kept`: what runs is what was promised
 * - `broken`: it is not, or the resource is not there
 * - `unknown`: AWS could not be asked
 */
export type Verdict = 'kept' | 'broken' | 'unknown';

/** A check's result. */
export interface Finding {
  readonly group: string;
  readonly promise: string;
  /** What runs; for `unknown` the reason why it could not be seen. */
  readonly found: string;
  readonly verdict: Verdict;
}

/** Judges every check by the outcomes of its questions; pure. A missing resource outweighs a question unanswered. */
export function findings(groups: readonly Group[], outcomes: ReadonlyMap<Question, Outcome>): Finding[] {
  return groups.flatMap(({ name, checks }) =>
    checks.map((one) => ({ group: name, promise: one.promise, ...settle(one, outcomes) })),
  );
}

function settle(
  { questions, judge }: Check,
  outcomes: ReadonlyMap<Question, Outcome>,
): Pick<Finding, 'found' | 'verdict'> {
  const answers: unknown[] = [];
  let unanswered: string | undefined;
  for (const question of questions) {
    const outcome = outcomes.get(question);
    if (outcome === undefined) {
      throw new Error(`${question.subject} was never asked for`);
    }
    if ('missing' in outcome) {
      return { found: outcome.missing, verdict: 'broken' };
    }
    if ('unanswered' in outcome) {
      unanswered ??= outcome.unanswered;
    } else {
      answers.push(outcome.answer);
    }
  }
  if (unanswered !== undefined) {
    return { found: unanswered, verdict: 'unknown' };
  }
  const { kept, found } = judge(answers);
  return { found, verdict: kept ? 'kept' : 'broken' };
}
