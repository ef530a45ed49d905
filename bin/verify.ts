import { verify } from '../verify/verify';

verify(process.argv.slice(2), process, new Date()).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (fault) => {
    // A fault of this program, so with its stack; 2 because it says nothing about the deployment.
    console.error(fault);
    process.exitCode = 2;
  },
);
