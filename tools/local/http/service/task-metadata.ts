import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TaskDocuments } from './metadata-documents';

/** The task metadata endpoint of a run, on loopback: ECS's has a link-local address in each task. */
export class TaskMetadata {
  /** Path → the answer. */
  private readonly documents = new Map<string, object>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(): Promise<TaskMetadata> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TaskMetadata(server);
  }

  /** Serves the documents of a task. @returns name of a container → its `ECS_CONTAINER_METADATA_URI_V4` */
  add({ task, containers }: TaskDocuments): Map<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return new Map(
      [...containers].map(([name, { id, document }]) => {
        this.documents.set(pathOf(id), document).set(`${pathOf(id)}/task`, task);
        return [name, `http://127.0.0.1:${port}${pathOf(id)}`];
      }),
    );
  }

  /** Forgets a task that has ended. */
  delete({ containers }: TaskDocuments): void {
    for (const { id } of containers.values()) {
      this.documents.delete(pathOf(id));
      this.documents.delete(`${pathOf(id)}/task`);
    }
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const document = this.documents.get(url);
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? 'the task metadata endpoint has no such document'));
  }
}

function pathOf(id: string): string {
  return `/v4/${id}`;
}
