/**
 * Removes what the compiler's shadow stack does not need: about half of the code of a program.
 *
 * asc's collector finds what local variables refer to in a stack in memory, [`__stack_pointer`, `__heap_base`). Every function that
 * handles references has a frame there, and stores into it every reference that it assigns to a local or passes on, whether or
 * not anything can look before the function returns. This pass keeps the stores that something can look at and nothing else says.
 *
 * Why it is safe. *The collector finds the same references as before, at every moment at which it runs*, with three exceptions
 * that no program can tell. In detail, for a moment at which a call of a frame is under way and may end in the collector:
 *
 *  1. A reference in a slot is kept by this frame, in that slot or in another one that provably holds the same (values.ts, needs.ts);
 *     or it is a parameter that every caller provably keeps in its own frame, or has from its callers in turn (held.ts): frames of
 *     callers do not change during the call. Or it is a constant: static objects are never freed (asc leaves those out as well).
 *  2. Frames in which no call can end in the collector are never looked at (calls.ts). A switch of goroutines counts as looking:
 *     it saves the stack of the whole goroutine, relative to `__stack_pointer`, and others run meanwhile.
 *  3. What is in a slot and was not put there by the last store is an object that the frame stored there earlier, or null.
 *
 * The exceptions: (a) the slot of an operand counts until the call it is for returns, as in asc, which then uses it for another; what
 * lingers there is nobody's. (b) A call of `abort` does not return, so it needs no reference but those it is given. (c) An
 * object may be kept a little longer than before.
 *
 * Functions that handle `__stack_pointer` by hand are left alone (frame.ts), and with an expression in it that this pass does
 * not know the whole module is.
 */
import { type Module, readProgram } from "./shadowstack/calls.ts";
import { analyze } from "./shadowstack/held.ts";
import { findNeeds } from "./shadowstack/needs.ts";
import { rewrite } from "./shadowstack/rewrite.ts";
import { Unsupported } from "./shadowstack/tree.ts";

/** How many there were, and how many are left. */
export interface Trimmed {
  readonly frames: readonly [before: number, after: number];
  readonly stores: readonly [before: number, after: number];
}

/** Works on asc's unoptimized module, in place. Undefined means that it could not, and that nothing has changed. */
export function trimShadowStack(module: Module): Trimmed | undefined {
  try {
    const work = analyze(readProgram(module)).flatMap(({ known: { func, frame }, flow, starts }) =>
      frame ? [{ func, frame, needs: findNeeds(flow, starts) }] : [],
    );
    for (const { func, frame, needs } of work) rewrite(module, func, frame, needs);
    const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
    return {
      frames: [work.length, work.filter(({ needs }) => needs.stores.size > 0).length],
      stores: [
        sum(work.map(({ frame }) => frame.stores.size)),
        sum(work.map(({ needs }) => needs.stores.size)),
      ],
    };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}
