import { WITHOUT_FAULT } from '../../../../tools/bench/probe/cases';
import { expectVerdict } from './probed';

jest.setTimeout(120_000);

// Concurrent, because the probe mostly waits.
test.concurrent.each(WITHOUT_FAULT)('the probe names no fault: $title', expectVerdict);
