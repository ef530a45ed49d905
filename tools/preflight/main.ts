import { nameServers } from '../aws-checks/dns';
import { runAsProcess } from '../cli';
import { preflight } from './preflight';
import { connect } from './aws';
import { docker } from './docker';
import { synthesize } from './synthesize';

const outside = { connect, docker, nameServers: (host: string) => nameServers(host), synthesize };

void runAsProcess(() => preflight(process.argv.slice(2), process, new Date(), outside));
