/** Run events as server-sent events and as WebSocket text frames. */
package dev.weir.wire.sse;
