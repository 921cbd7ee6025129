/** Whole-process benchmarks with a main of their own; each prints ratios to a baseline that it takes in the same run. */
package dev.weir.bench;
