import type { Rule } from 'eslint';

export declare function physicalClasses(text: string): { found: string; instead: string }[];
export declare const noPhysicalClasses: Rule.RuleModule;
