/** Durable single-node adapters over one SQLite database and one data directory. */
package dev.weir.platform.embedded;
