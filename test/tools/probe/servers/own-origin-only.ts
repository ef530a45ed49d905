import { createServer } from 'node:http';
import { serve } from './api';

serve(
  createServer((_, response) =>
    response.writeHead(204, { 'Access-Control-Allow-Origin': 'https://other.example.com' }).end(),
  ),
);
