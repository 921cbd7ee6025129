package dev.weir.wire.zip;

/** Leaves the parser where nothing after the fault can be read with any meaning. Never leaves this package. */
final class RefusedZip extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ZipRule rule;
    private final String entry;

    RefusedZip(ZipRule rule, String entry, String message) {
        super(message, null, false, false);
        this.rule = rule;
        this.entry = entry;
    }

    static RefusedZip malformed(String message) {
        return new RefusedZip(ZipRule.MALFORMED, "", message);
    }

    static RefusedZip malformed(Central entry, String message) {
        return new RefusedZip(ZipRule.MALFORMED, EntryNames.printable(entry.name()), message);
    }

    ZipFault fault() {
        return new ZipFault(rule, entry, getMessage());
    }
}
