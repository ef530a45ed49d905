import type { Page, PageAnswer } from './endpoint';
import type { Environments } from './environments';

/** Path of the page. */
export const CONTENTS_PATH = '/contents';

/**
 * The contents of tables and queues, for the console: `GET /contents?arn=ARN&limit=50`. A look changes nothing: messages are not received,
 * no capacity is consumed, and no role needs a permission.
 */
export class ContentsPage implements Page {
  constructor(private readonly environments: Environments) {}

  async answer(method: string, { pathname, searchParams }: URL): Promise<PageAnswer | undefined> {
    if (method !== 'GET' || pathname !== CONTENTS_PATH) {
      return undefined;
    }
    const arn = searchParams.get('arn') ?? '';
    const contents = await this.environments.contents(arn, Number(searchParams.get('limit') ?? 50));
    return contents
      ? { status: 200, answer: contents }
      : { status: 404, answer: { message: `${arn} is not the ARN of a table or a queue` } };
  }
}
