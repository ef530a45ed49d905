import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Answer } from '../listener/answer';
import { HOP_BY_HOP, without } from '../listener/response-headers';

/** Maximum bytes of a function's response, as JSON. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const LARGEST = 1024 * 1024;

/**
 * Parses the response of a function. Throws an Error with the problem if it is invalid: the client then gets a 502.
 *
 * @param multiValue true if the target group reads `multiValueHeaders` instead of `headers`
 */
export function lambdaResponse(payload: unknown, multiValue: boolean): Answer {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new Error(`it returned ${JSON.stringify(payload) ?? 'nothing'}, not an object`);
  }
  const size = Buffer.byteLength(JSON.stringify(payload));
  if (size > LARGEST) {
    throw new Error(`it returned ${size} bytes of JSON, more than ${LARGEST}`);
  }
  const returned = payload as Record<string, unknown>;
  const { statusCode, statusDescription, body, isBase64Encoded } = returned;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new Error(`it returned the statusCode ${JSON.stringify(statusCode)}, not a number from 200 to 599`);
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new Error(`it returned a body of type ${typeof body}, not a string`);
  }
  if (
    statusDescription !== undefined &&
    !(typeof statusDescription === 'string' && /^[\t\x20-\x7e]*$/.test(statusDescription))
  ) {
    throw new Error(`it returned the statusDescription ${JSON.stringify(statusDescription)}, not a line of text`);
  }
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  return {
    status,
    // The description contains the status code: `200 OK`. HTTP writes the code separately.
    reason: statusDescription?.replace(/^\d{3} ?/, '') ?? STATUS_CODES[status] ?? '',
    headers: rawHeaders(returned, multiValue),
    body: bytes,
  };
}

/** The headers without hop-by-hop headers and without Content-Length, which the listener sets. */
function rawHeaders(returned: Record<string, unknown>, multiValue: boolean): string[] {
  const name = multiValue ? 'multiValueHeaders' : 'headers';
  const headers = returned[name] ?? {};
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    throw new Error(`it returned ${name} that are not an object`);
  }
  const raw = Object.entries(headers).flatMap(([header, value]) => {
    const values: unknown[] = multiValue && Array.isArray(value) ? value : [value];
    return values.flatMap((one) => [header, text(header, one)]);
  });
  const kept = without(raw, IGNORED);
  const hasType = kept.some((header, index) => index % 2 === 0 && header.toLowerCase() === 'content-type');
  return hasType ? kept : [...kept, 'Content-Type', 'application/octet-stream'];
}

const IGNORED = new Set([...HOP_BY_HOP, 'content-length']);

function text(header: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new Error(`it returned ${JSON.stringify(value)} as header ${header}, not a string`);
  }
  validateHeaderName(header);
  validateHeaderValue(header, String(value));
  return String(value);
}
