/** The building blocks over a {@linkcode Builder}: arithmetic, comparison, shifts, selection. */
export * from "./add.ts";
export * from "./compare.ts";
export * from "./multiply.ts";
export * from "./scale.ts";
export * from "./divide.ts";
export * from "./shift.ts";
export * from "./select.ts";
