import type { CallPlugin } from '../voice/plugin.ts';
import { type AutoHangupPorts, autoHangup } from './auto-hangup/index.ts';
import { bargeIn } from './barge-in/index.ts';
import { greetingFirst } from './greeting-first/index.ts';
import { mondayExport } from './monday-export/index.ts';
import { silence } from './silence/index.ts';

/** The services that the plugins' tools need; the composition root provides them. */
export type PluginPorts = AutoHangupPorts;

/** The plugins of every call, in the order in which they hear of things. To add one: its folder, and a line here. */
export const plugins: readonly CallPlugin<PluginPorts>[] = [greetingFirst, bargeIn, autoHangup, silence, mondayExport];
