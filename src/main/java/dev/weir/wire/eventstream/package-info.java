/** AWS's binary event stream (application/vnd.amazon.eventstream), written and read. */
package dev.weir.wire.eventstream;
