import { createHandler } from './canary/create-handler';
import { limitsWith } from './canary/limits';
import { runCanary } from './canary/run-canary';
import { signInFrom } from './canary/sign-in/sign-in';
import { required, requiredNumber } from './environment';
import { logLine } from './logger';

const target = { httpUrl: required('HTTP_URL'), webSocketUrl: required('WEBSOCKET_URL') };
const limits = limitsWith(
  process.env.BATCHING_WINDOW_SECONDS === undefined ? 0 : requiredNumber('BATCHING_WINDOW_SECONDS'),
);
const signIn = signInFrom(required('CANARY_SIGN_IN'), required('CANARY_SECRET'));

export const handler = createHandler({
  name: required('CANARY_NAME'),
  run: () => runCanary(target, signIn, limits),
  throws: process.env.CANARY_THROWS === 'true',
  logger: logLine,
  output: (line) => void process.stdout.write(line),
});
