import { runAsProcess } from '../cli';
import { probe } from './probe';
import { restart } from './restart/restart';

const interrupt = new AbortController();
// `once`, so that a second Ctrl-C ends the process immediately.
process.once('SIGINT', () => interrupt.abort());

const [first, ...rest] = process.argv.slice(2);

void runAsProcess(() =>
  first === 'restart'
    ? restart(rest, process, process.stdin, new Date(), interrupt.signal)
    : probe(process.argv.slice(2), process, new Date(), interrupt.signal),
);
