import { TwinlaneClient } from '/client.mjs';

const EVENTS = ['visibilitychange', 'pageshow', 'pagehide', 'freeze', 'resume', 'online', 'offline'];

/** Times of the last browser event of each type, and of the first message with each text. */
const times = {};
const messages = [];
const watchers = new Set();
let client;
let worker;

for (const type of EVENTS) {
  for (const target of [window, document]) {
    target.addEventListener(type, () => {
      times[type === 'visibilitychange' ? document.visibilityState : type] = performance.now();
    });
  }
}

function receive(data) {
  messages.push(data);
  times[data] ??= performance.now();
  for (const watcher of watchers) {
    watcher();
  }
}

/** Subscribes to a topic. */
window.subscribe = async ({ topic, token, ...options }) => {
  // The longest of all random delays.
  const clock = {
    now: () => performance.now(),
    date: () => Date.now(),
    setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => 0.999,
  };
  client = new TwinlaneClient({ ...options, token: () => token, clock });
  await client.subscribe(topic, ({ data }) => receive(data)).ready;
};

/** Publishes by the page. */
window.publish = (topic, data) => client.publish(topic, data);

/** Calls `close` or `signOut` of the client. */
window.end = (method) => client[method]();

/** Starts a worker that subscribes to a topic. @param kind `Worker` or `SharedWorker` */
window.subscribeIn = async (kind, options) => {
  const started = new window[kind]('/worker.mjs', { type: 'module' });
  worker = started.port ?? started;
  const answer = new Promise((resolve, reject) => {
    started.onerror = ({ message }) => reject(new Error(message || 'The worker failed'));
    worker.onmessage = ({ data }) => (data === 'ready' ? resolve() : receive(data.received));
  });
  worker.postMessage({ options });
  await answer;
  document.addEventListener('visibilitychange', () => document.hidden || worker.postMessage('visible'));
};

/** Publishes by the worker. */
window.publishIn = (topic, data) => worker.postMessage({ topic, data });

/** @returns the data of all messages, when there are as many. Rejects after 15 seconds. */
window.receives = async (count) => {
  const deadline = performance.now() + 15_000;
  while (messages.length < count) {
    await new Promise((resolve, reject) => {
      const late = new Error(
        `expected ${count} messages, got ${JSON.stringify(messages)} and ${JSON.stringify(times)}`,
      );
      const timer = setTimeout(() => reject(late), deadline - performance.now());
      watchers.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    watchers.clear();
  }
  return messages;
};

/** @returns the milliseconds from a browser event to the message with a text */
window.delay = (event, text) => times[text] - times[event];
