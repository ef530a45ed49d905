import { logLine } from './logger';
import { createHandler } from './message';
import { sessionFromEnvironment } from './session-from-environment';

export const handler = createHandler({ ...sessionFromEnvironment(), logger: logLine });
