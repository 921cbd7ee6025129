package dev.weir.feature.schedule;

/**
 * What a tick did. What another gateway did first is counted there.
 *
 * @param seen schedules that were due
 * @param moved of them, how many this tick moved on
 * @param fired runs started, or found started by a gateway that died over it
 * @param missed times that went by
 * @param refused times at which no run could be started
 * @param paused schedules that stop until somebody resumes them
 */
public record Tally(int seen, int moved, int fired, int missed, int refused, int paused) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0);

    static Tally seen(int due) {
        return new Tally(due, 0, 0, 0, 0, 0);
    }

    static Tally fired(int missed) {
        return new Tally(0, 0, 1, missed, 0, 0);
    }

    static Tally refused(int missed) {
        return new Tally(0, 0, 0, missed, 1, 0);
    }

    static Tally missed(int times) {
        return new Tally(0, 0, 0, times, 0, 0);
    }

    Tally moved(boolean pausing) {
        return plus(new Tally(0, 1, 0, 0, 0, pausing ? 1 : 0));
    }

    Tally plus(Tally other) {
        return new Tally(seen + other.seen, moved + other.moved, fired + other.fired, missed + other.missed,
                refused + other.refused, paused + other.paused);
    }
}
