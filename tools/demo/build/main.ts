import { commandNamed } from '../../cli';
import { writeDemoPage } from '../../../lib/gateway/demo-page';

const program = commandNamed('npm run page --')
  .description('Builds the page as static files for any host whose origin is in the allowedOrigins of the stage.')
  .requiredOption('--out <folder>', 'output folder')
  .requiredOption('--http <url>', 'URL of the HTTP lane: https://api.example.com')
  .requiredOption('--websocket <url>', 'URL of the WebSocket lane: wss://ws.example.com')
  .option('--token-url <url>', 'URL that returns tokens for ?subject=&tenant=; without it, users enter a token')
  .parse();

const { out, ...configuration } = program.opts<{ out: string; http: string; websocket: string; tokenUrl?: string }>();
try {
  writeDemoPage(out, configuration);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
