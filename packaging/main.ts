/** `npm run mcpb [FILE]` */

import { BUNDLE, packBundle } from './mcpb.ts';

const [, , bundle = BUNDLE] = process.argv;
process.stdout.write(`sha256 ${packBundle(bundle)}  ${bundle}\n`);
