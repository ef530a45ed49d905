import { PLANTED } from '../../../../tools/bench/probe/cases';
import { Servers } from '../../../tools/probe/servers/start';
import { expectVerdict } from './probed';

const servers = new Servers();
jest.setTimeout(120_000);
afterEach(() => servers.stop());

test.each(PLANTED)('the probe names what is planted, and nothing else: $title', (planted) =>
  expectVerdict(planted, servers),
);
