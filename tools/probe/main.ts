import { runAsProcess } from '../cli';
import { probe } from './probe';

const interrupt = new AbortController();
// `once`, so that a second Ctrl-C ends the process immediately.
process.once('SIGINT', () => interrupt.abort());

void runAsProcess(() => probe(process.argv.slice(2), process, new Date(), interrupt.signal));
