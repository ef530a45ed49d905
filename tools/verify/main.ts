import { resolved } from '../aws-checks/dns';
import { runAsProcess } from '../cli';
import { verify } from './verify';

void runAsProcess(() => verify(process.argv.slice(2), process, new Date(), (host) => resolved(host)));
