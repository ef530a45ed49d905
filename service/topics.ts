import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { inexactValue } from '../lambda/realtime/exact-json';
import {
  INVALID_TOPIC,
  isMessageId,
  isTopic,
  type Json,
  Limit,
  type Message,
  MESSAGE_ID_PATTERN,
  START,
  TOPIC_PATTERN,
} from '../client/protocol';
import type { Metrics } from '../lambda/metrics';
import { refuseData } from '../lambda/realtime/parse-frame';
import { type Publishing, publish } from '../lambda/realtime/publishing';
import { readHead, readPage } from './history';
import { jsonText } from './json-text';
import { Problem, problems } from './problem';
import { type AuthenticatedEnv, resource } from './resource';

const topic = z
  .string()
  .refine(isTopic, INVALID_TOPIC.message)
  .openapi({
    param: { name: 'topic', in: 'path' },
    maxLength: Limit.TOPIC_LENGTH,
    pattern: TOPIC_PATTERN.source,
    example: 'room:1',
  });

// Typed explicitly: Hono treats unknown as null in a response.
const data: z.ZodType<Json> = z
  .unknown()
  .refine((value): value is Json => value !== undefined, 'is required')
  .openapi({ description: `Any JSON value, at most ${Limit.DATA_BYTES} bytes`, example: { text: 'hello' } });

const id = z.string().refine(isMessageId, 'must be 1 to 64 letters, digits, "_" or "-"').openapi({
  description: 'Makes retries safe: a message with the same id and the same data is published once.',
  maxLength: Limit.MESSAGE_ID_LENGTH,
  pattern: MESSAGE_ID_PATTERN.source,
  example: 'order-42',
});

const position = {
  epoch: z
    .string()
    .openapi({ description: "Identifies one numbering of the topic; '' if the topic has no message yet" }),
  sequence: z
    .int()
    .openapi({ description: 'Counts the messages of the topic from 1, without gaps within an epoch', example: 42 }),
};

const publishedAt = z.iso.datetime();

/** An integer in decimal digits. Refuses other texts that `Number` accepts. */
const wholeNumber = (minimum: number, maximum: number, byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be an integer in decimal digits')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be between ${minimum} and ${maximum}`)
    .default(byDefault)
    .openapi({ type: 'integer', minimum, maximum, default: byDefault });

const publishRoute = createRoute({
  method: 'post',
  path: '/v1/topics/{topic}/messages',
  middleware: jsonText,
  tags: ['Messages'],
  operationId: 'publishMessage',
  summary: 'Publish a message',
  description:
    'When the response arrives, the message is durable and is being delivered to the subscribers of the topic.',
  request: {
    params: z.strictObject({ topic }),
    body: { required: true, content: { 'application/json': { schema: z.strictObject({ data, id: id.optional() }) } } },
  },
  responses: {
    201: {
      description: 'Published, now or by an earlier request with this id',
      headers: z.object({ Location: z.string().openapi({ description: 'URL of the message' }) }),
      content: {
        'application/json': {
          schema: z.object({ topic: z.string(), id: z.string(), ...position, publishedAt }).openapi('Published'),
        },
      },
    },
    ...problems,
  },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/v1/topics/{topic}/messages',
  tags: ['Messages'],
  operationId: 'readMessages',
  summary: 'Read the messages after a sequence',
  description:
    'A page can contain fewer messages than `limit`. Continue after its last message until you reach `sequence`. ' +
    'Counts against the rate limit of the subject as one publish, and as one more for each further 32 KiB that are read.',
  request: {
    params: z.strictObject({ topic }),
    query: z.strictObject({
      after: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
      limit: wholeNumber(1, Limit.PAGE_MESSAGES, Limit.PAGE_MESSAGES),
    }),
  },
  responses: {
    200: {
      description: 'Messages in order. `epoch` and `sequence` are those of the latest message of the topic.',
      content: {
        'application/json': {
          schema: z
            .object({
              topic: z.string(),
              ...position,
              recovered: z.boolean().openapi({
                description: 'False if messages after `after` are no longer kept, or if `after` never existed',
              }),
              messages: z.array(z.object({ ...position, id: z.string(), data, publishedAt })),
            })
            .openapi('History'),
        },
      },
    },
    ...problems,
  },
});

export interface TopicOptions extends Publishing {
  metrics: Pick<Metrics, 'sample'>;
}

/** Routes of a topic's messages. */
export function topicRoutes({ metrics, ...publishing }: TopicOptions): OpenAPIHono<AuthenticatedEnv> {
  const app = resource();

  app.openapi(publishRoute, async (c) => {
    const { topic } = c.req.valid('param');
    const { data, id } = c.req.valid('json');
    const inexact = inexactValue(await c.req.text());
    if (inexact) {
      throw new Problem('invalid_request', inexact);
    }
    const refusal = refuseData(data);
    if (refusal) {
      throw new Problem('too_large', refusal.message);
    }
    const message = await publish({ topic, data, id }, c.get('principal'), publishing);
    if (message === 'conflict') {
      throw new Problem('conflict', 'A message with this id and other data was published before.');
    }
    const { data: _, ...published } = message;
    return c.json(published, 201, { Location: locationOf(message) });
  });

  app.openapi(historyRoute, async (c) => {
    const { topic } = c.req.valid('param');
    const { after, limit } = c.req.valid('query');
    const principal = c.get('principal');
    if (c.req.method === 'HEAD') {
      // Clients send it to prepare a connection and a preflight. The response has the headers of a page, and no body.
      await readHead(topic, principal, publishing);
      return c.json({ topic, ...START, recovered: true, messages: [] }, 200);
    }
    const { epoch, sequence, recovered, messages } = await readPage({ topic, after, limit }, principal, publishing);
    // A client that reads from the beginning has no position, and loses nothing if messages are no longer kept.
    if (after > 0) {
      metrics.sample('Gaps', recovered ? 0 : 1);
    }
    const page = messages.map(({ topic: _, ...message }) => message);
    return c.json({ topic, epoch, sequence, recovered, messages: page }, 200);
  });

  return app;
}

/** URL of the page of history that contains only this message. */
function locationOf({ topic, sequence }: Message): string {
  return `/v1/topics/${topic}/messages?after=${sequence - 1}&limit=1`;
}
