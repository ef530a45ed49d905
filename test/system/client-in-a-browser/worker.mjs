import { TwinlaneClient } from '/client.mjs';

let client;

/** Serves the page. @param port that of a shared worker, or the scope of a dedicated worker */
function serve(port) {
  port.onmessage = async ({ data }) => {
    if (data === 'visible') {
      client.wake();
    } else if (data.options) {
      const { topic, token, ...options } = data.options;
      client = new TwinlaneClient({ ...options, token: () => token });
      await client.subscribe(topic, (message) => port.postMessage({ received: message.data })).ready;
      port.postMessage('ready');
    } else {
      await client.publish(data.topic, data.data);
    }
  };
}

if ('onconnect' in globalThis) {
  globalThis.onconnect = ({ ports: [port] }) => serve(port);
} else {
  serve(globalThis);
}
