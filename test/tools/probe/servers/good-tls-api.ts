import { createServer } from 'node:https';
import { api, serve } from './api';
import { certificate } from './certificate';

serve(createServer(certificate(), api));
