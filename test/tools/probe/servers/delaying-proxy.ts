import { delayingProxy } from '../../../../tools/bench/first-request/delaying-proxy';
import { reportPort } from './api';

/** Usage: target PORT, round trip in milliseconds. */
const [target = 0, roundTrip = 0] = process.argv.slice(2).map(Number);

void delayingProxy(target, roundTrip).then(({ port }) => reportPort(port));
