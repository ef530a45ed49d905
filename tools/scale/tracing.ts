import { Billed } from './bill-facts';

/** Traces a second of a function that is invoked at a steady rate. Lambda samples, and no setting changes how. */
export function tracesPerSecond(invocationsPerSecond: number): number {
  const always = Math.min(invocationsPerSecond, Billed.tracesPerSecond.value);
  return always + (invocationsPerSecond - always) * Billed.tracedShare.value;
}
