import { runAsProcess } from '../cli';
import { probe } from './probe';

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process as usual.
process.once('SIGINT', () => interrupt.abort());

void runAsProcess(() => probe(process.argv.slice(2), process, new Date(), interrupt.signal));
