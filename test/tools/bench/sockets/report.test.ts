import { type Comparison, type Measured, resultOf, summaryOf } from '../../../../tools/bench/sockets/report';

/** Two rounds: CPU seconds of the function and of the process with the sockets. */
const single: Comparison = {
  together: 1,
  ways: {
    servers: {
      messages: 100_000,
      rounds: [
        { deliver: 0.02, server: 0.98, kernel: 0.6 },
        { deliver: 0.02, server: 1.23, kernel: 0.6 },
      ],
    },
    connections: {
      messages: 10_000,
      rounds: [
        { deliver: 0.4, server: 0.6, kernel: 0.6 },
        { deliver: 0.5, server: 0.5, kernel: 0.6 },
      ],
    },
    loop: {
      messages: 100_000,
      rounds: [
        { deliver: 0, server: 0.8, kernel: 0.6 },
        { deliver: 0, server: 1, kernel: 0.6 },
      ],
    },
  },
};

const measured: Measured = {
  sockets: 5000,
  comparisons: [single],
  bytesPerSocket: { servers: 9546, loop: 7569 },
  storms: [
    { seconds: 5, cpuSeconds: 3.1 },
    { seconds: 5.6, cpuSeconds: 2.7 },
    { seconds: 6.5, cpuSeconds: 2.7 },
  ],
};

test('the CPU time of a task counts, and that of the stand-in for API Gateway does not', () => {
  expect(resultOf(measured)).toMatchObject({
    ratio: 4,
    min: 4,
    max: 4,
    comparisons: [{ perCpuSecond: { servers: 90_000, connections: 22_500, loop: 112_500 } }],
  });
});

test('other counts have ratios of their own: with the stand-in, of the function alone, and to the bare loop', () => {
  const [figures] = resultOf(measured).comparisons;
  expect(figures?.toWholePath).toEqual({ ratio: 9, min: 8, max: 10 });
  expect(figures?.ofFunction).toEqual({ ratio: 222.22, min: 200, max: 250 });
  expect(figures?.kernelShare).toEqual({ servers: 0.55, loop: 0.67 });
  expect(figures?.toLoop).toEqual({ ratio: 0.8, min: 0.8, max: 0.8 });
});

test('the summary has each ratio with its spread, the memory of a socket and the storm', () => {
  expect(summaryOf(measured)).toEqual([
    'one message in each delivery',
    '    90000 messages per CPU second  servers of the lane: deliver posts to a task, which sends to its sockets',
    '    22500 messages per CPU second  @connections: deliver posts for each socket',
    '   112500 messages per CPU second  a bare loop of ws over its sockets',
    '  servers ÷ @connections, of which only the function counts: 4 (4 to 4)',
    '  servers ÷ @connections with the stand-in for API Gateway: 9 (8 to 10)',
    '  the same, only the function in both: 222.22 (200 to 250)',
    '  servers ÷ the bare loop: 0.8 (0.8 to 0.8)',
    "  the kernel took 55 % of the task's CPU time, and 67 % of the loop's",
    'memory of a socket: 9.5 KB in a task, 7.6 KB in a bare server',
    "all 5000 sockets of a task cut at once: 5.6 s (5 to 6.5) until all are subscribed, 2.7 s (2.7 to 3.1) of the task's CPU time",
  ]);
});
