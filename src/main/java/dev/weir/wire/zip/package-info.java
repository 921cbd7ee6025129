/** Zip archives from strangers, read by one strict parser, and archives of ours, written in one canonical way. */
package dev.weir.wire.zip;
