import { Command } from 'commander';
import { buildPage } from './build-page';

const program = new Command('npm run page --')
  .description('Writes the page as static files, for any host whose origin is among the allowedOrigins of the stage.')
  .requiredOption('--out <folder>', 'where to write them')
  .requiredOption('--http <url>', 'the HTTP lane: https://api.example.com')
  .requiredOption('--websocket <url>', 'the WebSocket lane: wss://ws.example.com')
  .option('--token-url <url>', 'gives tokens for ?subject=&tenant=; without it the page asks for a token itself')
  .parse();

const { out, ...configuration } = program.opts<{ out: string; http: string; websocket: string; tokenUrl?: string }>();
buildPage(out, configuration).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
