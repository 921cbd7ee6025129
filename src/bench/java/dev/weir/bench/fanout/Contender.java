package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who is measured. */
enum Contender {
    WEIR("Weir", 12), DIRECT("Weir past run and log", 12), BATCH("raw-batch", 3), SINGLE("raw", 3), NCHAN("nchan",
            0), C_BATCH("fanload raw-batch", 0), C_SINGLE("fanload raw", 0);

    private final String title;
    private final int compilesFor;

    Contender(String title, int compilesFor) {
        this.title = title;
        this.compilesFor = compilesFor;
    }

    String title() {
        return title;
    }

    /** For how many seconds of work it becomes faster. */
    int compilesFor() {
        return compilesFor;
    }

    /** Whether it is a program that brings its own server and client. */
    boolean foreign() {
        return this == C_BATCH || this == C_SINGLE;
    }

    /** Those that can be measured here. */
    static List<Contender> present(Options options) {
        List<Contender> all = new ArrayList<>(List.of(WEIR, BATCH, SINGLE));
        if (options.nchan()) {
            all.add(NCHAN);
        }
        if (options.fanload().isPresent()) {
            all.addAll(List.of(C_BATCH, C_SINGLE));
        }
        return all;
    }

    ServerProcess start(Site site, Load.Protocol protocol) throws IOException, InterruptedException {
        String core = Integer.toString(Site.SERVER_CORE);
        return switch (this) {
            case WEIR -> new WeirServer(site, core, List.of(), List.of());
            case DIRECT -> new WeirServer(site, core, List.of(), List.of("--direct"));
            case BATCH -> new RawProcess(site, core, protocol, true, 1);
            case SINGLE -> new RawProcess(site, core, protocol, false, 1);
            case NCHAN -> new NchanServer(site);
            case C_BATCH, C_SINGLE -> throw new IllegalStateException("it has a server of its own");
        };
    }
}
