/**
 * Runs a synthesized app, whole, on one machine.
 *
 * Each lane is a process of its own, with the functions and containers behind it: what floods or kills one leaves the other
 * serving.
 */
import { run } from './run';

void run(process.argv);
