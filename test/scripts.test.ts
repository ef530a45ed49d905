import { scripts } from '../package.json';

test.each(Object.entries(scripts))(
  'npm run %s starts in cmd.exe of Windows, too: it needs no POSIX shell',
  (_, script) => {
    for (const command of script.split(' && ')) {
      // No variable, quote, redirection or builtin of a shell: a program and its arguments.
      expect(command).toMatch(/^(node|npm|tsc|prettier|oxlint|knip|cdk)( [\w./:=@-]+)*$/);
    }
  },
);
