import type { Rule } from 'eslint';

export declare function physicalClasses(text: string): { found: string; instead: string }[];
export declare const noPhysicalClasses: Rule.RuleModule;

/** The declarations of a style sheet that name a physical side, as `property: value`. */
export function physicalDeclarations(css: string): string[];
