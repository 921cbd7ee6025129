/** Runs from acceptance to their terminal state: the record, the queue, the executing side. */
package dev.weir.feature.run;
