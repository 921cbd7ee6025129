package dev.weir.wire.sigv4;

/** What a signature is good for: one day, one region, one service. */
record Scope(String date, String region, String service) {
    private static final String TERMINATOR = "aws4_request";

    @Override
    public String toString() {
        return date + '/' + region + '/' + service + '/' + TERMINATOR;
    }

    /** @throws IllegalArgumentException unless {@code parts} are date, region, service and the fixed terminator */
    static Scope of(String[] parts, int from) {
        if (parts.length != from + 4 || !TERMINATOR.equals(parts[from + 3])) {
            throw new IllegalArgumentException("Credential must be <key>/<date>/<region>/<service>/" + TERMINATOR);
        }
        return new Scope(parts[from], parts[from + 1], parts[from + 2]);
    }
}
