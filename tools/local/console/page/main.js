// @ts-check
import { Activity } from './activity.js';
import { startClient } from './client.js';
import { startData } from './data.js';
import { byId, element } from './elements.js';
import { drawPicture } from './picture.js';

const app = await fetch('app.json').then((response) => response.json());

byId('stacks').textContent = app.stacks.join(', ');
const client = startClient(app);
const data = startData(app.stores);
const activity = new Activity(app.functions);
drawPicture(app.picture, ({ id, url }) => {
  if (url?.startsWith('ws')) {
    client.choose(url);
  } else if (app.functions.some((/** @type {{ id: string }} */ one) => one.id === id)) {
    activity.choose(id);
  } else if (app.stores.some((/** @type {{ id: string }} */ one) => one.id === id)) {
    data.choose(id);
  }
});

if (app.notEmulated.length > 0) {
  byId('missing').hidden = false;
  byId('missing').querySelector('summary').textContent = `Not emulated (${app.notEmulated.length})`;
  byId('missing')
    .querySelector('ul')
    .replaceChildren(
      ...app.notEmulated.map((/** @type {{ type: string, meaning: string }} */ { type, meaning }) =>
        element('li', {}, `${type}: ${meaning}`),
      ),
    );
}

const events = new EventSource('events');
events.addEventListener('open', () => {
  // The server sends its recent events again.
  activity.clear();
  byId('connection').textContent = 'Live';
});
events.addEventListener('error', () => {
  byId('connection').textContent = 'The run has ended, or it starts again. This page connects again by itself.';
});
events.addEventListener('log', ({ data: line }) => activity.logged(JSON.parse(line)));
events.addEventListener('invocation', ({ data: invocation }) => activity.invoked(JSON.parse(invocation).invocation));
