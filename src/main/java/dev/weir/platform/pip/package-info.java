/** Bundles a skill's dependencies with {@code uv} or {@code pip}: wheels only, in a process bounded in time and size. */
package dev.weir.platform.pip;
