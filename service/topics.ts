import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { authorized } from '../lambda/realtime/authorization';
import {
  INVALID_TOPIC,
  isMessageId,
  isTopic,
  type Json,
  Limit,
  type Message,
  refuseData,
} from '../lambda/realtime/protocol';
import { type Publishing, publish } from '../lambda/realtime/publishing';
import { Problem, problem } from './problem';
import { type Caller, resource } from './resource';

const topic = z
  .string()
  .refine(isTopic, INVALID_TOPIC.message)
  .openapi({ param: { name: 'topic', in: 'path' }, maxLength: Limit.TOPIC_LENGTH, example: 'room:1' });

// Typed by hand: Hono takes unknown for null in an answer.
const data: z.ZodType<Json> = z
  .unknown()
  .refine((value): value is Json => value !== undefined, 'is missing')
  .openapi({ description: `Any JSON value, at most ${Limit.DATA_BYTES} bytes`, example: { text: 'hello' } });

const id = z.string().refine(isMessageId, 'must be 1 to 64 letters, digits, "_" and "-"').openapi({
  description: 'Makes repeating safe: the same id with the same data is published once',
  maxLength: Limit.MESSAGE_ID_LENGTH,
  pattern: '^[A-Za-z0-9_-]+$',
  example: 'order-42',
});

const place = {
  epoch: z.string().openapi({ description: "Names one numbering of the topic; '' if nobody has published to it" }),
  sequence: z.int().openapi({ description: 'Counts 1, 2, 3 without a gap within an epoch', example: 42 }),
};

const publishedAt = z.iso.datetime();

/** A whole number written in digits, and nothing else that `Number` would take. */
const wholeNumber = (minimum: number, maximum: number, byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number in digits')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be from ${minimum} to ${maximum}`)
    .default(byDefault)
    .openapi({ type: 'integer', minimum, maximum, default: byDefault });

const publishRoute = createRoute({
  method: 'post',
  path: '/v1/topics/{topic}/messages',
  tags: ['Messages'],
  summary: 'Publish a message',
  description: 'The message is durable when this is answered, and on its way to every subscriber of the topic.',
  request: {
    params: z.strictObject({ topic }),
    body: { required: true, content: { 'application/json': { schema: z.strictObject({ data, id: id.optional() }) } } },
  },
  responses: {
    201: {
      description: 'Published, now or by an earlier request with this id',
      headers: z.object({ Location: z.string().openapi({ description: 'Where the message can be read' }) }),
      content: {
        'application/json': {
          schema: z.object({ topic: z.string(), id: z.string(), ...place, publishedAt }).openapi('Published'),
        },
      },
    },
    default: problem,
  },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/v1/topics/{topic}/messages',
  tags: ['Messages'],
  summary: 'Read what followed a message',
  description: 'A page may hold fewer messages than asked for: go on from its last one until it reaches `sequence`.',
  request: {
    params: z.strictObject({ topic }),
    query: z.strictObject({
      after: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
      limit: wholeNumber(1, Limit.PAGE_MESSAGES, Limit.PAGE_MESSAGES),
    }),
  },
  responses: {
    200: {
      description: 'Messages in order; `epoch` and `sequence` are of the last message of the topic',
      content: {
        'application/json': {
          schema: z
            .object({
              topic: z.string(),
              ...place,
              recovered: z.boolean().openapi({ description: 'Whether nothing is missing after `after`' }),
              messages: z.array(z.object({ ...place, id: z.string(), data, publishedAt })),
            })
            .openapi('History'),
        },
      },
    },
    default: problem,
  },
});

/** The resource of a topic's messages. */
export function topicRoutes(publishing: Publishing): OpenAPIHono<Caller> {
  const app = resource();

  app.openapi(publishRoute, async (c) => {
    const { topic } = c.req.valid('param');
    const { data, id } = c.req.valid('json');
    const refusal = refuseData(data);
    if (refusal) {
      throw new Problem('too_large', refusal.message);
    }
    const message = await publish({ topic, data, id }, c.get('principal'), publishing);
    if (message === 'conflict') {
      throw new Problem('conflict', 'This id was published before, with other data');
    }
    const { data: _, ...published } = message;
    return c.json(published, 201, { Location: locationOf(message) });
  });

  app.openapi(historyRoute, async (c) => {
    const { topic } = c.req.valid('param');
    const { after, limit } = c.req.valid('query');
    const { messages, ...history } = await publishing.log.read(
      authorized(c.get('principal'), 'read', topic),
      after,
      // A HEAD warms a page's connection and preflight: nobody reads what it would carry.
      c.req.method === 'HEAD' ? 1 : limit,
    );
    return c.json({ topic, ...history, messages: messages.map(({ topic: _, ...message }) => message) }, 200);
  });

  return app;
}

/** The page of history that holds this message alone. */
function locationOf({ topic, sequence }: Message): string {
  return `/v1/topics/${topic}/messages?after=${sequence - 1}&limit=1`;
}
