import { scripts } from '../package.json';

test.each(Object.entries(scripts))(
  'npm run %s needs no POSIX shell, so that it also starts in cmd.exe on Windows',
  (_, script) => {
    for (const command of script.split(' && ')) {
      // A program and its arguments, without variables, quotes, redirections or builtins of a shell.
      expect(command).toMatch(/^(node|npm|tsc|prettier|oxlint|knip|cdk)( [\w./:=@-]+)*$/);
    }
  },
);
