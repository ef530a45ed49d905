import childProcess from 'node:child_process';

/**
 * Prevents tests of the unit tier from starting processes, which makes them slow and dependent on the machine. The compiler
 * is an exception: esbuild runs for each bundle, and exits after it.
 */
const STARTERS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const;

const originals = STARTERS.map((name) => [name, childProcess[name]] as const);

for (const [name, start] of originals) {
  Object.assign(childProcess, {
    [name]: (command: string, ...rest: unknown[]) => {
      if (/[\\/]esbuild(\.exe)?$/.test(command)) {
        return Reflect.apply(start, childProcess, [command, ...rest]);
      }
      throw new Error(
        `A test of the unit tier must not start a process, got ${name}("${command}"). Fix: name the file *.slow.test.ts, or move it to test/system if it needs the running app or a clock.`,
      );
    },
  });
}

// Tests of another file can run in the same process.
afterAll(() => void Object.assign(childProcess, Object.fromEntries(originals)));
