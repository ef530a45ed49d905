import { createServer } from 'node:http';
import { api, serve } from './api';

serve(createServer(api));
