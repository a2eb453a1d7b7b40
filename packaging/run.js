/** Builds the package and a program of this folder without a word on stdout, then runs it: `node packaging/run.js release`. */

import { build } from 'rolldown';
import dist from '../rolldown.config.js';
import programs from './rolldown.config.js';

await build(dist);
await build(programs);
const [name] = process.argv.splice(2, 1);
await import(`../node_modules/.cache/uc-mcp-bridge/packaging/${name}.js`);
