import { type Outcome, put, type Question } from './question';

/**
 * Questions in flight at once: a run takes about a second, and stays far from every quota. The narrowest is Route 53's,
 * five requests a second for an account, of which a run sends three at most.
 */
const AT_ONCE = 4;

/**
 * Asks every question once, {@link AT_ONCE} at a time.
 *
 * @param onAnswer told after each outcome how many questions are settled
 */
export async function ask(
  questions: ReadonlySet<Question>,
  onAnswer: (settled: number) => void,
): Promise<Map<Question, Outcome>> {
  const outcomes = new Map<Question, Outcome>();
  const waiting = questions.values();
  const worker = async () => {
    // The workers share one iterator: each takes the next question that none has taken.
    for (const question of waiting) {
      outcomes.set(question, await put(question));
      onAnswer(outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}
