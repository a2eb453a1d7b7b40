/** Builds dist/ and prints only what fails. */

import { build } from 'rolldown';
import dist from '../rolldown.config.js';

await build(dist);
