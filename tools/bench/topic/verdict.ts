import { type Acknowledgement, senderOf } from './publisher';

/** A message in the log. `data` is JSON text. */
export interface Kept {
  readonly sequence: number;
  readonly data: string;
}

/**
 * Compares the log of a topic with the acknowledgements. A message can be in the log and not acknowledged yet.
 *
 * @returns a description of each violation: a gap in the sequences, a message that was acknowledged and is not in the log at
 * its sequence, a message that is in the log twice, and messages of one publisher in another order than it sent them
 */
export function violationsOf(acknowledgements: readonly Acknowledgement[], log: readonly Kept[]): string[] {
  const messages = log
    .map(({ sequence, data }) => ({ sequence, sender: senderOf(JSON.parse(data)) }))
    .sort((a, b) => a.sequence - b.sequence);
  const bySequence = new Map(messages.map(({ sequence, sender }) => [sequence, sender]));
  const latest = new Map<string, number>();
  return [
    ...messages
      .filter(({ sequence }, index) => sequence !== index + 1)
      .slice(0, 1)
      .map(({ sequence }) => `a gap or a repetition before sequence ${sequence}`),
    ...acknowledgements
      .filter(({ publisher, count, sequence }) => bySequence.get(sequence) !== `${publisher} ${count}`)
      .map(({ publisher, count, sequence }) => `message ${count} of publisher ${publisher} is not at ${sequence}`),
    ...messages.flatMap(({ sender }) => {
      const [publisher = '', count] = sender.split(' ');
      const expected = (latest.get(publisher) ?? 0) + 1;
      latest.set(publisher, Number(count));
      return Number(count) === expected
        ? []
        : [`message ${count} of publisher ${publisher} is in place of ${expected}`];
    }),
  ];
}
