/** The numbered records of a run's log. */
package dev.weir.feature.run.event;
