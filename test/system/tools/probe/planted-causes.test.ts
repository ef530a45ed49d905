import { PLANTED } from '../../../../tools/bench/probe/cases';
import { expectVerdict } from './probed';

jest.setTimeout(120_000);

// Concurrent, because the probe mostly waits.
test.concurrent.each(PLANTED)('the probe names what is planted, and nothing else: $title', expectVerdict);
