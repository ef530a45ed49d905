import type { Observed } from './observed';

/** A thing that a page cannot see, and how the user can check it. */
export interface Unseen {
  readonly what: string;
  readonly check: string;
}

/** @returns what the page could not see in these measurements */
export function cannotSee({ request, preflight, rests, socket }: Observed): Unseen[] {
  const { hostname } = new URL(request.url);
  return [
    {
      what: "If the server's process was new.",
      check: 'Restart the server, and measure again. Do not open another page of it before.',
    },
    {
      what: 'If each new connection is slow: a page cannot open a new one on demand.',
      check: 'Use the command below, which opens many.',
    },
    ...(preflight.length > 0
      ? [
          {
            what: 'The preflight itself: browsers report no time for it. Its time here is the difference to a request that needs none.',
            check: 'The command below sends the preflight alone.',
          },
        ]
      : []),
    {
      what: `If ${hostname} was tried over IPv6 and IPv4, and which one answered.`,
      check: 'The command below tries each address.',
    },
    ...(rests.length > 0
      ? []
      : [
          {
            what: 'If a request after some seconds without one is slow again.',
            check: 'Select “Also measure after 6 seconds without a request”.',
          },
        ]),
    socket
      ? {
          what: 'If frames on the WebSocket slow requests: this page sends none.',
          check: 'Add --frame and the text of a frame to the command below.',
        }
      : { what: 'If a WebSocket slows requests.', check: 'Enter its URL above.' },
    {
      what: 'What your own browser adds: extensions, a proxy, or a virus scanner.',
      check: 'Measure in a private window and in another browser.',
    },
  ];
}
