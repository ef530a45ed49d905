import { watch } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serve } from './api';

/** Usage: FOLDER. Serves one page as the npm package live-server does, and reloads it 100 ms after a file of the folder changes. */
const [folder = '.'] = process.argv.slice(2);

const NOTICED = 100;

const PAGE = `<!doctype html><title>Page</title><body><p>Hello</p>
<!-- Code injected by live-server -->
<script type="text/javascript">
	if ('WebSocket' in window) {
		(function() {
			var protocol = window.location.protocol === 'http:' ? 'ws://' : 'wss://';
			var address = protocol + window.location.host + window.location.pathname + '/ws';
			var socket = new WebSocket(address);
			socket.onmessage = function(msg) {
				if (msg.data == 'reload') window.location.reload();
			};
		})();
	}
</script></body>`;

const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(PAGE));
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => socket.send('connected'));

let pending: NodeJS.Timeout | undefined;
watch(folder, () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    for (const client of sockets.clients) {
      client.send('reload');
    }
  }, NOTICED);
});
serve(server);
