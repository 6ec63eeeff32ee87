// Tailwind classes that name a physical side are wrong in a right-to-left page; each has a logical twin.

/** Physical class → its logical twin. Tested against a class without its variants (`md:`, `hover:`), `!` and `-`. */
const TWINS = [
  [/^ml-/, 'ms-'],
  [/^mr-/, 'me-'],
  [/^pl-/, 'ps-'],
  [/^pr-/, 'pe-'],
  [/^scroll-ml-/, 'scroll-ms-'],
  [/^scroll-mr-/, 'scroll-me-'],
  [/^scroll-pl-/, 'scroll-ps-'],
  [/^scroll-pr-/, 'scroll-pe-'],
  [/^left-(?=\d|px$|full$|auto$|\[|\()/, 'start-'],
  [/^right-(?=\d|px$|full$|auto$|\[|\()/, 'end-'],
  [/^text-left$/, 'text-start'],
  [/^text-right$/, 'text-end'],
  [/^float-left$/, 'float-start'],
  [/^float-right$/, 'float-end'],
  [/^clear-left$/, 'clear-start'],
  [/^clear-right$/, 'clear-end'],
  [/^border-l(?=-|$)/, 'border-s'],
  [/^border-r(?=-|$)/, 'border-e'],
  [/^rounded-l(?=-|$)/, 'rounded-s'],
  [/^rounded-r(?=-|$)/, 'rounded-e'],
  [/^rounded-tl(?=-|$)/, 'rounded-ss'],
  [/^rounded-tr(?=-|$)/, 'rounded-se'],
  [/^rounded-bl(?=-|$)/, 'rounded-es'],
  [/^rounded-br(?=-|$)/, 'rounded-ee'],
];

/** The physical classes in a string of classes, each with its logical twin. */
export function physicalClasses(text) {
  return text.split(/\s+/).flatMap((word) => {
    const bare = word.replace(/^.*:(?![^[(]*[\])])/, '').replace(/^[!-]+/, '');
    const twin = TWINS.find(([physical]) => physical.test(bare));
    return twin === undefined ? [] : [{ found: word, instead: word.replace(bare, bare.replace(twin[0], twin[1])) }];
  });
}

/** Properties of a style, as React writes them, that name a physical side. */
const PHYSICAL_STYLE =
  /^(left|right|(margin|padding|scrollMargin|scrollPadding)(Left|Right)|border(Left|Right)\w*|border(Top|Bottom)(Left|Right)Radius)$/;
const PHYSICAL_VALUES = { textAlign: /^(left|right)$/, float: /^(left|right)$/, clear: /^(left|right)$/ };

/** What names a physical side in a style sheet: properties as they are written, and values of three of them. */
export function physicalDeclarations(css) {
  const plain = css.replace(/\/\*[^]*?\*\//g, '');
  const declarations = plain.matchAll(/(?:^|[;{\s])([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g);
  return [...declarations].flatMap(([, name, value]) => {
    const inScript = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    return isPhysical(inScript, value.trim()) ? [`${name}: ${value.trim()}`] : [];
  });
}

function isPhysical(name, value) {
  return PHYSICAL_STYLE.test(name) || (PHYSICAL_VALUES[name]?.test(value) ?? false);
}

/** ESLint rule: no physical Tailwind class in any string, template or JSX attribute. */
export const noPhysicalClasses = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      style: '"{{name}}" names a physical side: use the logical property (insetInlineStart, marginInlineEnd …).',
      physical: '"{{found}}" names a physical side: use "{{instead}}", which follows the direction of the text.',
    },
  },
  create(context) {
    const check = (node, text) => {
      for (const data of physicalClasses(text)) context.report({ node, messageId: 'physical', data });
    };
    return {
      "JSXAttribute[name.name='style'] ObjectExpression > Property"(node) {
        const name = node.key.name ?? node.key.value;
        if (isPhysical(name, node.value.value)) context.report({ node, messageId: 'style', data: { name } });
      },
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value);
      },
      TemplateElement(node) {
        check(node, node.value.cooked ?? '');
      },
    };
  },
};
