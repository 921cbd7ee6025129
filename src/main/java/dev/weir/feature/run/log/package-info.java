/** The append-only event log port. */
package dev.weir.feature.run.log;
