import { WITHOUT_FAULT } from '../../../../tools/bench/probe/cases';
import { Servers } from '../../../tools/probe/servers/start';
import { expectVerdict } from './probed';

const servers = new Servers();
jest.setTimeout(120_000);
afterEach(() => servers.stop());

test.each(WITHOUT_FAULT)('the probe names no fault: $title', (healthy) => expectVerdict(healthy, servers));
