/** An application in TypeScript, as a CommonJS module. */
import client = require('@twinlane/client');

const connectionOf = (one: client.TwinlaneClient): client.ConnectionState => one.connection;

export = connectionOf;
