/** The rows of the table, by the name that `--only` takes. */

import type { Measure } from './measure.ts';
import { idle } from './rows/idle.ts';
import { install } from './rows/install.ts';
import { largeMessages } from './rows/large.ts';
import { limits } from './rows/limits.ts';
import { memory } from './rows/memory.ts';
import { manyAtOnce, oneMessage, toolsList } from './rows/messages.ts';
import { oneSlowCall } from './rows/slow.ts';
import { coldStart, firstContact } from './rows/start.ts';
import type { Setting } from './setting.ts';

export const ROWS: Readonly<Record<string, (setting: Setting) => Promise<Measure[]>>> = {
  start: coldStart,
  message: oneMessage,
  many: manyAtOnce,
  slow: oneSlowCall,
  list: toolsList,
  large: largeMessages,
  limits,
  memory,
  idle,
  first: firstContact,
  install,
};
