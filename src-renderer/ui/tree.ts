export interface TreeNode<Item> {
  readonly id: string;
  readonly item: Item;
  readonly children: readonly TreeNode<Item>[];
}

export interface TreeRow<Item> {
  readonly node: TreeNode<Item>;
  readonly level: number;
  readonly parent: string | null;
}

/** What is visible of a tree, top to bottom, with only the expanded branches opened. */
export function visibleRows<Item>(
  nodes: readonly TreeNode<Item>[],
  expanded: ReadonlySet<string>,
  level = 0,
  parent: string | null = null,
): TreeRow<Item>[] {
  return nodes.flatMap((node) => [
    { node, level, parent },
    ...(expanded.has(node.id) ? visibleRows(node.children, expanded, level + 1, node.id) : []),
  ]);
}
