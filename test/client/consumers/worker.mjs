import { parentPort } from 'node:worker_threads';
import { TwinlaneClient } from '@twinlane/client';

const client = new TwinlaneClient({ httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' });
parentPort.postMessage(client.connection.status);
