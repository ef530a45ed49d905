import { probe } from '../probe/probe';

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process as usual.
process.once('SIGINT', () => interrupt.abort());

probe(process.argv.slice(2), process, new Date(), interrupt.signal).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (fault) => {
    // A fault of this program, so with its stack; 2 because it says nothing about the lanes.
    console.error(fault);
    process.exitCode = 2;
  },
);
