import { runPart } from '../part';

runPart(async () => ({ update: async () => undefined, stop: async () => undefined }));
