/** Between a shell in a microVM and the terminal of whoever sits before it. */
package dev.weir.bridge.terminal;
