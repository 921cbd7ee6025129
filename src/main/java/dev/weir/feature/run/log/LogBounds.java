package dev.weir.feature.run.log;

import dev.weir.feature.run.event.EventId;

/** The first and the last event a log holds of a run; both {@link EventId#START} when it holds none. */
public record LogBounds(EventId oldest, EventId newest) {}
