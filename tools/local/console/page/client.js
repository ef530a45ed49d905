// @ts-check
import { appendLine, byId, clock, element, readable } from './elements.js';

/** @typedef {{ url: string, routes: { key: string, frame: string }[], tokenIn?: { header?: string, query?: string } }} Endpoint */

/**
 * The form that connects to a WebSocket endpoint. This page's server opens the connection, because a browser can set no headers, and
 * hides the answer that refuses a connection.
 *
 * @param {{ endpoints: Endpoint[], pools: { id: string, name: string }[] }} app
 * @returns {{ choose(url: string): void }}
 */
export function startClient({ endpoints, pools }) {
  /** @type {WebSocket | undefined} */
  let relay;

  byId('urls').replaceChildren(...endpoints.map(({ url }) => element('option', { value: url })));
  byId('no-websocket').hidden = endpoints.length > 0;
  byId('connect').hidden = byId('send').hidden = endpoints.length === 0;
  byId('tokens').hidden = pools.length === 0;
  byId('pool').replaceChildren(...pools.map(({ id, name }) => element('option', { value: id }, name)));
  choose(endpoints[0]?.url ?? '');

  byId('url').addEventListener('change', showRoutes);
  byId('route').addEventListener('change', () => {
    byId('frame').value = byId('route').value;
  });
  byId('fill').addEventListener('click', () => void fillInToken());
  byId('connect').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (relay) {
      relay.send(JSON.stringify({ disconnect: true }));
    } else {
      connect();
    }
  });
  byId('send').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = byId('frame').value;
    relay?.send(JSON.stringify({ frame: text }));
    show('sent', text);
  });
  return { choose };

  /** @param {string} url */
  function choose(url) {
    byId('url').value = url;
    showRoutes();
  }

  function endpoint() {
    const url = byId('url').value;
    return endpoints.find((one) => url.startsWith(one.url)) ?? endpoints[0];
  }

  function showRoutes() {
    const routes = endpoint()?.routes ?? [];
    byId('route').replaceChildren(...routes.map(({ key, frame }) => element('option', { value: frame }, key)));
    byId('route').parentElement.hidden = routes.length === 0;
    byId('frame').value = routes[0]?.frame ?? '';
  }

  async function fillInToken() {
    const query = new URLSearchParams({ pool: byId('pool').value, subject: byId('subject').value });
    for (const [name, value] of new URLSearchParams(byId('claims').value)) {
      query.set(name, value);
    }
    const response = await fetch(`token?${query}`);
    const answer = await response.json();
    const token = answer[byId('kind').value];
    if (!response.ok || !token) {
      byId('filled').textContent = answer.error_description ?? answer.message ?? 'The pool gave no token of this kind.';
      return;
    }
    const { header, query: parameter } = endpoint()?.tokenIn ?? {};
    if (parameter) {
      const url = new URL(byId('url').value);
      url.searchParams.set(parameter, token);
      byId('url').value = String(url);
      byId('filled').textContent = `The token is in the query parameter ${parameter}.`;
    } else {
      const name = header ?? 'Authorization';
      const others = byId('headers')
        .value.split('\n')
        .filter(
          (/** @type {string} */ line) => line.trim() && !line.toLowerCase().startsWith(`${name.toLowerCase()}:`),
        );
      byId('headers').value = [...others, `${name}: ${token}`].join('\n');
      byId('filled').textContent = `The token is in the header ${name}.`;
    }
  }

  function connect() {
    const socket = new WebSocket(new URL('socket', location.href.replace(/^http/, 'ws')));
    relay = socket;
    byId('toggle').textContent = 'Disconnect';
    state('Connecting …');
    socket.addEventListener('open', () =>
      socket.send(
        JSON.stringify({
          connect: byId('url').value,
          headers: byId('headers').value,
          protocols: byId('protocols').value,
        }),
      ),
    );
    socket.addEventListener('message', ({ data }) => receive(JSON.parse(data)));
    socket.addEventListener('close', () => {
      relay = undefined;
      byId('toggle').textContent = 'Connect';
      byId('send-button').disabled = true;
      if (byId('state').textContent === 'Connected') {
        state('Not connected');
      }
    });
  }

  /** @param {any} message of the server, see relay.ts */
  function receive({ opened, frame, bytes, refused, closed, failed }) {
    if (opened) {
      byId('send-button').disabled = false;
      state('Connected');
      show('note', opened.protocol ? `connected, subprotocol ${opened.protocol}` : 'connected');
    } else if (frame !== undefined) {
      show('received', frame);
    } else if (bytes !== undefined) {
      show('received', `${bytes} bytes of binary data`);
    } else if (refused) {
      state(`Refused with ${refused.status}`);
      show('problem', `refused with ${refused.status}: ${refused.body}`);
    } else if (closed) {
      state(`Closed with ${closed.code}`);
      show('note', `closed with ${closed.code}${closed.reason ? `: ${closed.reason}` : ''}`);
    } else if (failed) {
      state(failed);
      show('problem', failed);
    }
  }

  /** @param {string} text */
  function state(text) {
    byId('state').textContent = text;
  }
}

/**
 * @param {'sent' | 'received' | 'problem' | 'note'} kind
 * @param {string} text
 */
function show(kind, text) {
  const line = element('li', { class: kind }, element('span', { class: 'time' }, `${clock(Date.now())} `));
  line.append(element('strong', {}, kind), ` ${readable(text)}`);
  appendLine(byId('frames'), line);
}
