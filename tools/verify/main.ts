import { resolved } from '../aws-checks/dns';
import { handshake } from '../aws-checks/handshake';
import { runAsProcess } from '../cli';
import { verify } from './verify';

const outside = { resolve: (host: string) => resolved(host), handshake: (url: string) => handshake(url) };

void runAsProcess(() => verify(process.argv.slice(2), process, new Date(), outside));
