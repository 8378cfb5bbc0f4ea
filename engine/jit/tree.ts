// Nested plain objects and lists of tensors in, their leaves by path out; and back.
import { Tensor } from '@tensorflow/tfjs-core'

export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree }

export type Leaf = { path: string; tensor: Tensor }

/** In the order in which the properties stand. Paths are names joined by `/`; '' for a tree that is one tensor. */
export function leavesOf(tree: Tree, path = ''): Leaf[] {
  if (isTensor(tree)) return [{ path, tensor: tree }]
  return Object.entries(tree as Record<string, Tree>).flatMap(([name, part]) =>
    leavesOf(part, path === '' ? name : `${path}/${name}`),
  )
}

/** The same tree with the tensors that `replace` gives, asked in the order of `leavesOf`. */
export function mapTree<T extends Tree>(
  tree: T,
  replace: (tensor: Tensor, path: string) => Tensor,
  path = '',
): T {
  if (isTensor(tree)) return replace(tree, path) as T
  const below = (name: string): string => (path === '' ? name : `${path}/${name}`)
  if (Array.isArray(tree))
    return (tree as readonly Tree[]).map((part, at) =>
      mapTree(part, replace, below(String(at))),
    ) as unknown as T
  return Object.fromEntries(
    Object.entries(tree as Record<string, Tree>).map(([name, part]) => [
      name,
      mapTree(part, replace, below(name)),
    ]),
  ) as T
}

function isTensor(tree: Tree): tree is Tensor {
  return tree instanceof Tensor
}
