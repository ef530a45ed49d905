/**
 * Titles of the load balancer's own pages. Those of 502, 503 and 504 were observed on AWS. The others are those of nginx,
 * whose pages have the same form; they were not observed on AWS.
 */
const TITLES: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  463: '',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
};

/** Error response of the load balancer itself, instead of a target's response. */
export class ErrorPage extends Error {
  /** @param why reason for the log, which the client does not receive */
  constructor(
    readonly status: number,
    why: string,
  ) {
    super(why);
  }
}

export function titleOf(status: number): string {
  return TITLES[status] ?? '';
}

/** @returns the page's HTML, which matches AWS byte for byte */
export function htmlOf(status: number): string {
  const title = `${status} ${titleOf(status)}`;
  return [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '</body>',
    '</html>',
    '',
  ].join('\r\n');
}
