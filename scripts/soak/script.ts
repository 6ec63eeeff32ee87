import { parseScript } from '../../sandbox/script/parse.ts';

/** About six seconds. */
export const SOAK_SCRIPT = parseScript(`
title: שאלה קצרה
conversation:
  - caller: עד מתי פתוח?
  - agent: היום עד שבע.
  - caller: תודה.
  - agent: להתראות.
  - hang_up: true
`);
