import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { logLine } from './logger';
import { createHandler } from './message';
import { sessionFromEnvironment } from './session-from-environment';

const metrics = new EmbeddedMetrics(required('METRIC_LANE'));

export const handler = createHandler({ ...sessionFromEnvironment(), logger: logLine, metrics });
