'use strict';

/** Blocks this process for milliseconds, as an import or a large serialization does. */
module.exports = (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
