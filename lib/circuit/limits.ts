/** Bounds of circuits, for those who must not load all of the layer. */

/** Most gates of one circuit unless the caller says otherwise. */
export const GATES_MAX = 1 << 25;
