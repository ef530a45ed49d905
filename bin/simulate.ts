import { command } from '../simulate/command';

process.exitCode = command(process.argv.slice(2), process);
