package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import java.util.Optional;

/**
 * What a feed must know of a run's record.
 *
 * @param terminal the terminal event, present once the run is over
 */
public record RunState(Optional<RunEvent> terminal) {}
