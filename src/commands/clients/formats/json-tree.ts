import { type Node, type NodeType, visit } from 'jsonc-parser';

interface Building extends Node {
  length: number;
  children?: Building[];
  parent?: Building;
}

/**
 * The objects on the way to a path, with their members. Other objects and arrays are there without what is in them: a
 * complete tree takes a hundred times the memory of its text.
 *
 * @param text - JSON, maybe with comments and trailing commas, without errors and with an object outermost
 * @returns undefined for a text without a value
 */
export function treeAlong(text: string, path: readonly string[]): Node | undefined {
  let root: Building | undefined;
  /** The objects that are open, outermost first. */
  const open: Building[] = [];
  let skipped: Building | undefined;

  const begin = (type: NodeType, offset: number, length: number, value?: unknown): Building => {
    const node: Building = { type, offset, length, value };
    const property = open.at(-1)?.children?.at(-1);
    if (property === undefined) root = node;
    else {
      node.parent = property;
      property.children?.push(node);
      property.length = offset + length - property.offset;
    }
    return node;
  };
  const end = (node: Building | undefined, behind: number) => {
    if (node === undefined) return;
    node.length = behind - node.offset;
    if (node.parent !== undefined) node.parent.length = behind - node.parent.offset;
  };
  const skip = (type: NodeType, offset: number, length: number): false => {
    skipped = begin(type, offset, length);
    return false;
  };

  visit(
    text,
    {
      onObjectBegin: (offset, length) => {
        const name = open.at(-1)?.children?.at(-1)?.children?.[0]?.value;
        if (open.length > 0 && name !== path[open.length - 1]) return skip('object', offset, length);
        const node = begin('object', offset, length);
        node.children = [];
        open.push(node);
        return true;
      },
      onObjectEnd: (offset, length) => {
        end(skipped ?? open.pop(), offset + length);
        skipped = undefined;
      },
      onObjectProperty: (name, offset, length) => {
        const parent = open.at(-1);
        if (parent === undefined) return;
        const property: Building = { type: 'property', offset, length, parent, children: [] };
        property.children = [{ type: 'string', value: name, offset, length, parent: property }];
        parent.children?.push(property);
      },
      onArrayBegin: (offset, length) => skip('array', offset, length),
      onArrayEnd: (offset, length) => {
        end(skipped, offset + length);
        skipped = undefined;
      },
      onLiteralValue: (value, offset, length) => {
        begin(typeof value === 'string' ? 'string' : 'null', offset, length, value);
      },
    },
    { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true },
  );
  return root;
}
