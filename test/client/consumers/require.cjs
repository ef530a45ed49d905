/** Requires both entries from CommonJS, and renders a component on a server. */
const { createElement } = require('react');
const { renderToString } = require('react-dom/server');
const { TwinlaneClient } = require('@twinlane/client');
const { TwinlaneProvider, useConnection, useTopic } = require('@twinlane/client/react');

const client = new TwinlaneClient({ httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' });

function Status() {
  return `${useConnection().status} ${useTopic('news', () => undefined)}`;
}

console.log(renderToString(createElement(TwinlaneProvider, { client }, createElement(Status))));
