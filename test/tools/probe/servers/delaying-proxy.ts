import { delayingProxy } from '../../../../tools/bench/first-request/delaying-proxy';
import { tellPort } from './api';

/** Usage: PORT to go on to, milliseconds of a round trip. */
const [target = 0, roundTrip = 0] = process.argv.slice(2).map(Number);

void delayingProxy(target, roundTrip).then(({ port }) => tellPort(port));
