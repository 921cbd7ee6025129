/** Pure codecs, bytes to records and back, without I/O. */
package dev.weir.wire;
