import { runAsProcess } from '../cli';
import { synthesize } from '../preflight/synthesize';
import { command } from './command';

void runAsProcess(() => command(process.argv.slice(2), process, new Date(), synthesize));
