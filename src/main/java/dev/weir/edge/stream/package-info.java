/** Server-sent events and WebSocket writers over a run feed. */
package dev.weir.edge.stream;
