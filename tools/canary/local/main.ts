import { runCanary } from '../../../lambda/canary/run-canary';
import { runAsProcess } from '../../cli';
import { command } from './command';

void runAsProcess(() => command(process.argv.slice(2), process, runCanary));
